stock_clerk POST /stock_moves/transfer {"from":"S1","to":"S2","reference":"truck 4","lines":[
  {"product":"TEA","quantity":"10"},{"product":"MUG","quantity":"2"}]}
  => 201 number! state=in_transit value=50.00 transfer.id->$t
  moves[0].kind=transfer_out moves[0].value=-40.00 moves[1].kind=transfer_in moves[1].value=40.00
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].on_hand=90 items[0].value=360.00
admin GET /reports/transfers_in_transit?site=S2 => 200
  items[0].product.code=TEA items[0].quantity=10 items[0].value=40.00 items[1].product.code=MUG
admin GET /reports/stock_value?site=S2 => 200
  items[0].value=0.00 items[0].in_transit=50.00 items[0].total=50.00
verify

stock_clerk POST /stock_transfers/$t/receive {"lines":[{"product":"TEA","quantity":"11"}]}
  => 422 code=more_than_sent field=lines[0].quantity detail~10
stock_clerk POST /stock_transfers/$t/receive {"lines":[{"product":"BOOK","quantity":"1"}]}
  => 422 code=not_in_transfer field=lines[0].product
stock_clerk POST /stock_transfers/$t/receive {"lines":[{"product":"TEA","quantity":"1"},
  {"product":"TEA","quantity":"1"}]} => 422 code=product_twice field=lines[1].product
stock_clerk POST /stock_transfers/$t/receive {"occurred_at":"2020-01-01T00:00:00Z"}
  => 422 code=before_sent field=occurred_at
stock_clerk POST /stock_transfers/$t/receive {"place":"S1"} => 422 code=place_of_other_site
cashier POST /stock_transfers/$t/receive {} => 403 code=forbidden

# Three are short: they stay in transit.
stock_clerk POST /stock_transfers/$t/receive {"lines":[{"product":"TEA","quantity":"7"},
  {"product":"MUG","quantity":"2"}]} => 200 state=in_transit
  lines[0].received=7 lines[0].value_left=12.00 lines[1].value_left=0.00
admin GET /reports/stock?site=S2&product=TEA => 200 items[0].on_hand=7 items[0].value=28.00
admin GET /reports/transfers_in_transit?site=S2 => 200 items[0].quantity=3 items[0].value=12.00
stock_clerk POST /stock_transfers/$t/receive {} => 200 state=received lines[0].received=10
admin GET /reports/stock_value?site=S2 => 200 items[0].value=50.00 items[0].in_transit=0.00
stock_clerk POST /stock_transfers/$t/receive {} => 409 code=wrong_state
stock_clerk POST /stock_transfers/$t/cancel {} => 409 code=wrong_state
verify

# Odd cents: three for 10.00, one arrives, one arrives, one goes back.
admin POST /products {"code":"ODD","name":"Odd cents","price":"1.00"} => 201
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"ODD","quantity":"3","unit_cost":"3.3333"}]} => 201 value=10.00
stock_clerk POST /stock_moves/transfer {"from":"S1","to":"S2","lines":[
  {"product":"ODD","quantity":"3"}]} => 201 value=10.00 transfer.id->$u
stock_clerk POST /stock_transfers/$u/receive {"lines":[{"product":"ODD","quantity":"1"}]}
  => 200 lines[0].value_left=6.67
stock_clerk POST /stock_transfers/$u/receive {"lines":[{"product":"ODD","quantity":"1"}]}
  => 200 lines[0].value_left=3.33
stock_clerk POST /stock_transfers/$u/cancel {"reason":"van broke down"}
  => 200 state=cancelled reason~van lines[0].returned=1 lines[0].value_left=0.00
admin GET /reports/stock?product=ODD => 200 items[0].on_hand=1 items[0].value=3.33
  items[1].on_hand=2 items[1].value=6.67
verify

# By layers: what arrives is one layer at what it left with.
admin POST /products {"code":"FIF","name":"By layers","price":"1.00","costing":"fifo"} => 201
stock_clerk POST /stock_moves/receive {"site":"DC","lines":[
  {"product":"FIF","quantity":"2","unit_cost":"1.00"},
  {"product":"FIF","quantity":"2","unit_cost":"2.00"}]} => 201
stock_clerk POST /stock_moves/transfer {"from":"DC","to":"S2","arrive":true,"lines":[
  {"product":"FIF","quantity":"3"}]} => 201 state=received value=4.00
admin GET /reports/stock_layers?site=S2&product=FIF => 200
  items[0].remaining=3 items[0].value_left=4.00
admin GET /reports/stock?site=S2&product=FIF => 200 items[0].on_hand=3 items[0].value=4.00
verify

stock_clerk POST /stock_moves/transfer {"from":"S1","to":"S1","lines":[
  {"product":"TEA","quantity":"1"}]} => 422 code=same_site field=to
admin POST /sites {"code":"WEB","name":"Web shop","kind":"web","stock_site":"S1"} => 201
stock_clerk POST /stock_moves/transfer {"from":"S1","to":"WEB","lines":[
  {"product":"TEA","quantity":"1"}]} => 422 code=same_site field=to
stock_clerk POST /stock_moves/transfer {"from":"S1","to":"S2","lines":[
  {"product":"TEA","quantity":"91"}]} => 409 code=out_of_stock field=lines[0].quantity detail~90
stock_clerk POST /stock_moves/transfer {"from":"S1","to":"S2","lines":[
  {"product":"TEA","quantity":"1"},{"product":"TEA","quantity":"1"}]}
  => 422 code=product_twice field=lines[1].product
stock_clerk POST /stock_moves/transfer {"from":"S1","to":"S2","occurred_at":"2099-01-01T00:00:00Z",
  "lines":[{"product":"TEA","quantity":"1"}]} => 422 code=in_the_future field=occurred_at
cashier POST /stock_moves/transfer {"from":"S1","to":"S2","lines":[
  {"product":"TEA","quantity":"1"}]} => 403 code=forbidden
# The web shop has no shelf of its own: what is received for it lands where it sells from.
stock_clerk POST /stock_moves/receive {"site":"WEB","lines":[
  {"product":"TEA","quantity":"1","unit_cost":"4.00"}]} => 201
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].on_hand=91
