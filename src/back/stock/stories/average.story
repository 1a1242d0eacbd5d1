admin POST /products {"code":"ODD","name":"Odd cents","price":"1.00","costing":"average"} => 201
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"ODD","quantity":"3","unit_cost":"3.3333"}]} => 201 value=10.00
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"broken","lines":[
  {"product":"ODD","quantity":"-1"}]} => 201 value=-3.33 moves[0].kind=adjustment moves[0].id->$broken
# An issue keeps what lay there: the average it took its share of.
admin GET /stock_moves/$broken => 200 on_hand_before=3 value_before=10.00 layers=null
# 6.67 / 2 = 3.335, half to the even cent
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"broken","lines":[
  {"product":"ODD","quantity":"-1"}]} => 201 value=-3.34
# the last unit takes the remainder
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"broken","lines":[
  {"product":"ODD","quantity":"-1"}]} => 201 value=-3.33
admin GET /reports/stock?site=S1&product=ODD => 200 items[0].on_hand=0 items[0].value=0.00

# What is found is worth the average, or what is said, or the last cost when nothing is there.
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"found","lines":[
  {"product":"ODD","quantity":"3"}]} => 201 value=10.00
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"found","lines":[
  {"product":"ODD","quantity":"1","unit_cost":"6.01"}]} => 201 value=6.01
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"found","lines":[
  {"product":"ODD","quantity":"2"},{"product":"ODD","quantity":"-6"}]}
  => 201 moves[0].value=8.00 moves[1].value=-24.01 value=-16.01
verify

stock_clerk POST /stock_moves/adjust {"site":"S1","lines":[{"product":"TEA","quantity":"1"}]}
  => 422 code=required field=reason
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"x","lines":[
  {"product":"TEA","quantity":"0"}]} => 422 code=quantity_zero field=lines[0].quantity
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"x","lines":[
  {"product":"GIFT","quantity":"1"}]} => 422 code=not_stocked field=lines[0].product
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"x","lines":[
  {"product":"TEA","quantity":"-60"},{"product":"TEA","quantity":"-41"}]}
  => 409 code=out_of_stock field=lines[1].quantity detail~100
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"x","place":"S1-TRANSIT","lines":[
  {"product":"TEA","quantity":"1"}]} => 422 code=place_in_transit field=place
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"x","occurred_at":"2099-01-01T00:00:00Z",
  "lines":[{"product":"TEA","quantity":"1"}]} => 422 code=in_the_future field=occurred_at
cashier POST /stock_moves/adjust {"site":"S1","reason":"x","lines":[
  {"product":"TEA","quantity":"1"}]} => 403 code=forbidden
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].on_hand=100 items[0].value=400.00
