clock 2026-12-01T08:00:00Z
admin POST /products {"code":"CNT","name":"Counted","price":"3.00"} => 201
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"CNT","quantity":"10","unit_cost":"2.00"}]} => 201
# 9 are counted at nine; three are sold before the count is posted.
clock 2026-12-01T09:30:00Z
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"CNT","quantity":"3"}],
  "tenders":[{"kind":"cash","amount":"9.00"}]} => 201
clock 2026-12-01T10:00:00Z
stock_clerk POST /stock_moves/count {"site":"S1","reason":"weekly","lines":[
  {"product":"CNT","counted":"9","counted_at":"2026-12-01T09:00:00Z"}]}
  => 201 number! value=-2.00 lines[0].expected=10 lines[0].difference=-1 lines[0].value=-2.00
  stock_count.id->$count
admin GET /reports/stock?site=S1&product=CNT => 200 items[0].on_hand=6 items[0].value=12.00
admin GET /stock_counts/$count => 200 value=-2.00 lines[0].counted=9 lines[0].expected=10
# The difference belongs to the moment of the scan.
admin GET /reports/stock?site=S1&product=CNT&as_of=2026-12-01T09:10:00Z => 200 items[0].on_hand=9
# More than expected, and no difference.
stock_clerk POST /stock_moves/count {"site":"S1","lines":[{"product":"CNT","counted":"8"}]}
  => 201 lines[0].expected=6 lines[0].difference=2 value=4.00
stock_clerk POST /stock_moves/count {"site":"S1","lines":[{"product":"CNT","counted":"8"}]}
  => 201 lines[0].difference=0 value=0.00
admin GET /reports/stock?site=S1&product=CNT => 200 items[0].on_hand=8 items[0].value=16.00
verify

stock_clerk POST /stock_moves/count {"site":"S1","lines":[{"product":"CNT","counted":"8"},
  {"product":"CNT","counted":"1"}]} => 422 code=product_twice field=lines[1].product
stock_clerk POST /stock_moves/count {"site":"S1","lines":[
  {"product":"CNT","counted":"8","counted_at":"2099-01-01T00:00:00Z"}]}
  => 422 code=in_the_future field=lines[0].counted_at
stock_clerk POST /stock_moves/count {"site":"S1","lines":[{"product":"CNT","counted":"-1"}]}
  => 422 code=negative field=lines[0].counted
stock_clerk POST /stock_moves/count {"site":"S1","lines":[{"product":"GIFT","counted":"1"}]}
  => 422 code=not_stocked field=lines[0].product
stock_clerk POST /stock_moves/count {"site":"S1","place":"S1-TRANSIT","lines":[
  {"product":"CNT","counted":"1"}]} => 422 code=place_in_transit field=place
# One was there at half past eight, they say, but three were sold since: that cannot be.
stock_clerk POST /stock_moves/count {"site":"S1","lines":[
  {"product":"CNT","counted":"1","counted_at":"2026-12-01T08:30:00Z"}]}
  => 409 code=count_below_zero field=lines[0].counted
cashier POST /stock_moves/count {"site":"S1","lines":[{"product":"CNT","counted":"1"}]}
  => 403 code=forbidden
