admin POST /products {"code":"FIF","name":"By layers","price":"1.00","costing":"fifo"} => 201
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"FIF","quantity":"10","unit_cost":"1.00"}]} => 201 moves[0].id->$first
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"FIF","quantity":"10","unit_cost":"1.20"}]} => 201
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"FIF","quantity":"3","unit_cost":"1.6667"}]} => 201 value=5.00 moves[0].id->$third
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"used","lines":[
  {"product":"FIF","quantity":"-4"},{"product":"FIF","quantity":"-10"}]}
  => 201 moves[0].value=-4.00 moves[0].id->$four moves[1].value=-10.80 moves[1].id->$ten

# Each issue keeps which layers it took: their sum is its value.
admin GET /stock_moves/$four => 200 on_hand_before=23 value_before=27.00 layers#=1 layers[0].receipt=$first
  layers[0].quantity=4 layers[0].value=4.00 layers[0].received_at!
admin GET /stock_moves/$ten => 200 on_hand_before=19 value_before=23.00 layers#=2 layers[0].receipt=$first
  layers[0].quantity=6 layers[0].value=6.00 layers[1].quantity=4 layers[1].value=4.80
admin GET /stock_moves/$first => 200 on_hand_before=null layers=null

admin GET /reports/stock_layers?product=FIF => 200
  items[0].remaining=6 items[0].value_left=7.20 items[1].remaining=3 items[1].value_left=5.00

# A late cost goes to what is left of its own layer: 2/3 here after one more is used, none of the first.
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"used","lines":[
  {"product":"FIF","quantity":"-7"}]} => 201 value=-8.87
manager POST /stock_moves/revalue {"receipt":$third,"amount":"1.00","reason":"freight"}
  => 201 value=0.67 moves[0].kind=revaluation moves[0].quantity=0 moves[0].expense=0.33
manager POST /stock_moves/revalue {"receipt":$first,"amount":"1.00","reason":"freight"}
  => 201 value=0.00 moves[0].expense=1.00
admin GET /reports/stock_layers?product=FIF => 200 items[0].remaining=2 items[0].value_left=4.00
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"used","lines":[
  {"product":"FIF","quantity":"-2"}]} => 201 value=-4.00
admin GET /reports/stock?site=S1&product=FIF => 200 items[0].on_hand=0 items[0].value=0.00

# Found and used in one go; what is found is worth the last cost.
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"x","lines":[
  {"product":"FIF","quantity":"2"},{"product":"FIF","quantity":"-1"}]}
  => 201 moves[0].value=3.33 moves[1].value=-1.66
admin GET /reports/stock?site=S1&product=FIF => 200 items[0].on_hand=1 items[0].value=1.67
verify
