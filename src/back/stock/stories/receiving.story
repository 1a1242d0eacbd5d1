stock_clerk POST /stock_moves/receive {"site":"S1","reference":"DN 7",
  "lines":[{"product":"TEA","quantity":"3","unit_cost":"3.34"}]}
  => 201 value=10.02 moves[0].kind=receipt moves[0].quantity=3 moves[0].value=10.02
admin GET /reports/stock?site=S1&product=TEA
  => 200 items[0].on_hand=103 items[0].reserved=0 items[0].available=103 items[0].value=410.02

# Packs and barcodes: the cost is that of one of what is counted.
admin POST /units {"code":"box","name":"Box"} => 201
admin POST /product_units {"product":"TEA","unit":"box","factor":"24"} => 201
admin POST /barcodes {"product":"TEA","code":"TEA-SIX","quantity":"6"} => 201
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"TEA","unit":"box","quantity":"2","unit_cost":"96.00"},
  {"barcode":"TEA-SIX","quantity":"2","unit_cost":"24.00"}]}
  => 201 value=240.00 moves[0].quantity=48 moves[0].value=192.00 moves[1].quantity=12
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].on_hand=163 items[0].value=650.02
verify

stock_clerk POST /stock_moves/receive {"site":"S1","lines":[]} => 422 code=required field=lines
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[{"product":"TEA","quantity":"1"}]}
  => 422 code=required field=lines[0].unit_cost
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"TEA","quantity":"0","unit_cost":"1"}]} => 422 code=not_positive field=lines[0].quantity
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"TEA","quantity":"1","unit_cost":"-1"}]} => 422 code=negative field=lines[0].unit_cost
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"TEA","quantity":"1","unit_cost":"1"},{"product":"GIFT","quantity":"1","unit_cost":"1"}]}
  => 422 code=not_stocked field=lines[1].product
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[{"quantity":"1","unit_cost":"1"}]}
  => 422 code=product_not_given field=lines[0].product
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"barcode":"NOBODY","quantity":"1","unit_cost":"1"}]}
  => 422 code=unknown_barcode field=lines[0].barcode
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"MUG","unit":"box","quantity":"1","unit_cost":"1"}]}
  => 422 code=unknown_pack field=lines[0].unit
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"NOBODY","quantity":"1","unit_cost":"1"}]} => 422 code=unknown_reference
stock_clerk POST /stock_moves/receive {"site":"S1","place":"S2","lines":[
  {"product":"TEA","quantity":"1","unit_cost":"1"}]} => 422 code=place_of_other_site field=place
stock_clerk POST /stock_moves/receive {"site":"S1","place":"S1-TRANSIT","lines":[
  {"product":"TEA","quantity":"1","unit_cost":"1"}]} => 422 code=place_in_transit field=place
stock_clerk POST /stock_moves/receive {"site":"S1","occurred_at":"2099-01-01T00:00:00Z","lines":[
  {"product":"TEA","quantity":"1","unit_cost":"1"}]} => 422 code=in_the_future field=occurred_at
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"TEA","quantity":"1000000000","unit_cost":"1000000000"}]}
  => 422 code=stock_too_large field=lines[0].quantity
cashier POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"TEA","quantity":"1","unit_cost":"1"}]} => 403 code=forbidden
anyone POST /stock_moves/receive {} => 401
admin POST /units {"code":"each","name":"Each","decimals":0} => 201
admin POST /products {"code":"NUT","name":"Nut","unit":"each","price":"1.00"} => 201
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"NUT","quantity":"1.5","unit_cost":"1"}]}
  => 422 code=quantity_decimals field=lines[0].quantity

# Refusals changed nothing, and movements cannot be written by hand.
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].on_hand=163 items[0].value=650.02
admin POST /stock_moves {"quantity":"1"} => 405
verify
