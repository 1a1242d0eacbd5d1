admin POST /places {"code":"S1-YARD","name":"Yard","site":"S1","allow_negative":true} => 201 id->$yard
admin POST /products {"code":"NEG","name":"Sold early","price":"9.00","cost":"4.00"} => 201
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"x","lines":[
  {"product":"NEG","quantity":"-1"}]} => 409 code=out_of_stock field=lines[0].quantity detail~0
# Nothing was ever received: the product's own cost is the last one known.
stock_clerk POST /stock_moves/adjust {"site":"S1","place":"S1-YARD","reason":"used","lines":[
  {"product":"NEG","quantity":"-3"}]} => 201 value=-12.00
admin GET /reports/stock_below_zero?site=S1 => 200
  items[0].on_hand=-3 items[0].value=-12.00 items[0].last_cost=4
# 5 at 5.00: the three that were gone cost 15.00, not 12.00. An event of its own says so.
stock_clerk POST /stock_moves/receive {"site":"S1","place":"S1-YARD","lines":[
  {"product":"NEG","quantity":"5","unit_cost":"5.00"}]}
  => 201 value=22.00 moves[0].value=25.00 moves[1].kind=revaluation moves[1].quantity=0
  moves[1].value=-3.00 moves[1].expense=3.00
admin GET /reports/stock?site=S1&product=NEG => 200 items[0].on_hand=2 items[0].value=10.00
verify
# From above zero to below it, a part paid back, then exactly to zero.
stock_clerk POST /stock_moves/adjust {"site":"S1","place":"S1-YARD","reason":"used","lines":[
  {"product":"NEG","quantity":"-6"}]} => 201 value=-30.00
stock_clerk POST /stock_moves/receive {"site":"S1","place":"S1-YARD","lines":[
  {"product":"NEG","quantity":"1","unit_cost":"7.00"}]}
  => 201 moves[1].value=-2.00 moves[1].expense=2.00
stock_clerk POST /stock_moves/receive {"site":"S1","place":"S1-YARD","lines":[
  {"product":"NEG","quantity":"3","unit_cost":"4.9966"}]}
  => 201 moves[0].value=14.99 moves[1].value=0.01 moves[1].expense=-0.01
admin GET /reports/stock?site=S1&product=NEG => 200 items[0].on_hand=0 items[0].value=0.00
verify
