# --- Units and categories
buyer POST /units {"code":"kilo","name":"Kilogram","decimals":3} => 201 decimals=3
buyer POST /units {"code":"each","name":"Each"} => 201 decimals=0
buyer POST /units {"code":"box","name":"Box"} => 201
buyer POST /units {"code":"bad","name":"Bad","decimals":7} => 422 code=too_large field=decimals
buyer POST /units {"code":"bad","name":"Bad","decimals":-1} => 422 code=negative field=decimals
buyer POST /units {"code":"kilo","name":"Again"} => 409 code=taken field=code
buyer POST /categories {"code":"L1","name":"Level 1"} => 201 id->$l1
buyer POST /categories {"code":"L2","name":"Level 2","parent":"L1"} => 201 parent.code=L1
buyer POST /categories {"code":"L3","name":"Level 3","parent":"L2"} => 201
buyer POST /categories {"code":"L4","name":"Level 4","parent":"L3"} => 201
buyer POST /categories {"code":"L5","name":"Level 5","parent":"L4"} => 201
buyer POST /categories {"code":"L6","name":"Level 6","parent":"L5"} => 201
buyer POST /categories {"code":"L7","name":"Level 7","parent":"L6"} => 422 code=category_loop field=parent
buyer PATCH /categories/$l1 {"parent":"L1"} => 422 code=category_loop field=parent
buyer PATCH /categories/$l1 {"parent":"L3"} => 422 code=category_loop field=parent
cashier POST /categories {"code":"X","name":"X"} => 403 code=forbidden

# --- A product with its barcodes and packs in one call
buyer POST /products {"code":"JAM","name":"Plum jam","brand":"Orchard","unit":"each","price":"3.20",
  "tax":"IVA10","category":"L2","cost":"1.234567","barcodes":[{"code":"4006381333931"},
  {"code":"14006381333938","quantity":"12"}],"units":[{"unit":"box","factor":"12"}]}
  => 201 code=JAM kind=stocked price=3.20 tax.code=IVA10 cost=1.234567 no_sale=false
  barcodes#=2 barcodes[0].code=4006381333931 barcodes[0].quantity=1 barcodes[1].quantity=12
  units#=1 units[0].unit.code=box units[0].factor=12 id->$jam
buyer POST /products {"code":"JAM","name":"Again"} => 409 code=taken field=code
buyer POST /products {"name":"No code"} => 422 code=required field=code
buyer POST /products {"code":"X"} => 422 code=required field=name
buyer POST /products {"code":"X","name":"X","price":"-1.00"} => 422 code=negative field=price
buyer POST /products {"code":"X","name":"X","price":"1.001"} => 422 code=bad_number field=price
buyer POST /products {"code":"X","name":"X","unit":"stone"} => 422 code=unknown_reference field=unit
buyer POST /products {"code":"X","name":"X","tax":"VAT99"} => 422 code=unknown_reference field=tax
buyer POST /products {"code":"X","name":"X","kind":"wish"} => 422 code=unknown_choice field=kind
buyer POST /products {"code":"X","name":"X","barcodes":[{"code":"4006381333932"}]}
  => 422 code=barcode_check_digit field=barcodes[0].code
buyer POST /products {"code":"X","name":"X","barcodes":[{"code":"A1"},{"code":"4006381333931"}]}
  => 409 code=taken field=barcodes[1].code
buyer POST /products {"code":"X","name":"X","barcodes":[{"code":"A1","quantity":"0"}]}
  => 422 code=not_positive field=barcodes[0].quantity
buyer POST /products {"code":"X","name":"X","unit":"each","units":[{"unit":"each","factor":"2"}]}
  => 422 code=unit_is_own field=units[0].unit
buyer POST /products {"code":"X","name":"X","units":[{"unit":"box","factor":"2"},{"unit":"box","factor":"3"}]}
  => 409 code=unit_twice field=units[1].unit
buyer GET /products?code=X => 200 items#=0
cashier POST /products {"code":"X","name":"X"} => 403 code=forbidden

# --- What stands fast, and what may change
buyer PATCH /products/$jam {"kind":"service"} => 422 code=read_only field=kind
buyer PATCH /products/$jam {"costing":"fifo"} => 422 code=read_only field=costing
buyer PATCH /products/$jam {"price":"3.50","name":"Plum jam 450 g"} => 200 price=3.50
buyer GET /products/$jam => 200 name="Plum jam 450 g" version=2 barcodes#=2 units#=1
buyer PATCH /products/$jam {"price":null} => 200 price=null
buyer PATCH /products/$jam {"price":"3.50"} => 200 price=3.50
buyer POST /products {"code":"FREE","name":"Priced by hand"} => 201 price=null

# --- Variants
buyer POST /products {"code":"JAM-S","name":"Plum jam, small","variant_of":"JAM"}
  => 422 code=variant_needs_options field=options
buyer POST /products {"code":"JAM-S","name":"Plum jam, small","variant_of":"JAM","options":"200 g"}
  => 201 variant_of.code=JAM options="200 g" id->$small
buyer POST /products {"code":"JAM-T","name":"Tiny","variant_of":"JAM-S","options":"20 g"}
  => 422 code=variant_loop field=variant_of
buyer PATCH /products/$small {"variant_of":"JAM-S"} => 422 code=variant_loop field=variant_of

# --- Barcodes one by one; codes of the house need no check digit
buyer POST /barcodes {"product":"JAM","code":"INT-JAM-1"} => 201 quantity=1 product.code=JAM
buyer POST /barcodes {"product":"JAM","code":"123456"} => 201
buyer POST /barcodes {"product":"JAM","code":"036000291452"} => 201
buyer POST /barcodes {"product":"JAM","code":"96385074"} => 201
buyer POST /barcodes {"product":"JAM","code":"96385075"} => 422 code=barcode_check_digit field=code
buyer POST /barcodes {"product":"JAM","code":"036000291453"} => 422 code=barcode_check_digit field=code
buyer POST /barcodes {"product":"JAM","code":"14006381333939"} => 422 code=barcode_check_digit field=code
buyer POST /barcodes {"product":"JAM","code":"AB 12"} => 422 code=barcode_blank field=code
buyer POST /barcodes {"product":"JAM","code":"4006381333931"} => 409 code=taken field=code
buyer POST /barcodes {"code":"A2"} => 422 code=product_missing field=product
buyer POST /product_units {"product":"JAM","unit":"box","factor":"6"} => 409 code=unit_twice field=unit
buyer POST /product_units {"product":"JAM","unit":"each","factor":"6"} => 422 code=unit_is_own field=unit
buyer POST /product_units {"unit":"box","factor":"6"} => 422 code=product_missing field=product
buyer POST /product_units {"product":"JAM","unit":"kilo","factor":"0"} => 422 code=not_positive field=factor
buyer POST /product_units {"product":"JAM","unit":"kilo","factor":"2.222222"} => 201 factor=2.222222

# --- Scanning: as printed, with the zero that makes an EAN of a UPC, a carton of twelve
cashier POST /sales_orders/price {"till":"T1","lines":[{"barcode":"4006381333931","quantity":"1"}]}
  => 200 total=3.50
cashier POST /sales_orders/price {"till":"T1","lines":[{"barcode":"0036000291452","quantity":"1"}]}
  => 200 total=3.50
cashier POST /sales_orders/price {"till":"T1","lines":[{"barcode":"00096385074","quantity":"1"}]}
  => 422 code=unknown_barcode field=lines[0].barcode
cashier POST /sales_orders/price {"till":"T1","lines":[{"barcode":"14006381333938","quantity":"1"}]}
  => 200 total=42.00
cashier POST /sales_orders/price {"till":"T1","lines":[{"barcode":"4006381333932","quantity":"1"}]}
  => 422 code=unknown_barcode field=lines[0].barcode

# --- Finding
cashier GET /products?q=plum => 200 items!
cashier GET /products?q=orchard => 200 items#=1 items[0].code=JAM

# --- Fields added by users filter and sort lists as the values that they are, not as text
admin POST /custom_fields {"entity":"product","name":"x_rank","label":"Rank","kind":"integer"} => 201
admin POST /custom_fields {"entity":"product","name":"x_fee","label":"Fee","kind":"money"} => 201
admin POST /custom_fields {"entity":"product","name":"x_kg","label":"Weight","kind":"quantity"} => 201
admin POST /custom_fields {"entity":"product","name":"x_new","label":"New","kind":"boolean"} => 201
admin POST /custom_fields {"entity":"product","name":"x_since","label":"Since","kind":"date"} => 201
admin POST /custom_fields {"entity":"product","name":"x_dock","label":"Dock","kind":"choice","choices":"north,south"} => 201
admin POST /custom_fields {"entity":"product","name":"x_maker","label":"Maker","kind":"reference","target":"party"} => 201
admin POST /custom_fields {"entity":"product","name":"x_note","label":"Note","kind":"text","max":20} => 201
admin POST /parties {"code":"MAKER","name":"Maker"} => 201
buyer POST /products {"code":"OWN-A","name":"A","x_rank":-3,"x_fee":"9.40","x_kg":"10.5","x_new":true,"x_since":"2026-01-31",
    "x_dock":"south","x_maker":"MAKER","x_note":"Ñandú"} => 201
buyer POST /products {"code":"OWN-B","name":"B","x_rank":20,"x_fee":"12.40","x_kg":"9.25","x_new":false,"x_since":"2025-12-31",
    "x_dock":"north","x_note":"b' OR 1=1"} => 201
buyer POST /products {"code":"OWN-C","name":"C"} => 201
cashier GET /products?x_rank=-3 => 200 items#=1 items[0].code=OWN-A items[0].x_maker.code=MAKER
cashier GET /products?x_rank[gt]=-4&sort=x_rank => 200 items#=2 items[0].code=OWN-A items[1].code=OWN-B
cashier GET /products?x_fee[lt]=12.40 => 200 items#=1 items[0].code=OWN-A
cashier GET /products?x_fee[in]=9.40,12.40&sort=-x_fee => 200 items#=2 items[0].code=OWN-B
cashier GET /products?x_kg[gte]=10 => 200 items#=1 items[0].code=OWN-A
cashier GET /products?x_new=false => 200 items#=1 items[0].code=OWN-B
cashier GET /products?x_since[lt]=2026-01-01 => 200 items#=1 items[0].code=OWN-B
cashier GET /products?x_dock=north => 200 items#=1 items[0].code=OWN-B
cashier GET /products?x_dock=west => 422 code=unknown_choice field=x_dock
cashier GET /products?x_note=b'%20OR%201=1 => 200 items#=1 items[0].code=OWN-B
cashier GET /products?code[in]=OWN-A,OWN-B,OWN-C&x_note= => 200 items#=1 items[0].code=OWN-C
cashier GET /products?code[in]=OWN-A,OWN-B,OWN-C&x_dock[ne]=north&sort=code => 200 items#=2 items[1].code=OWN-C
cashier GET /products?code[in]=OWN-A,OWN-B,OWN-C&sort=x_kg,code&limit=1 => 200 items[0].code=OWN-B next->$after
cashier GET /products?code[in]=OWN-A,OWN-B,OWN-C&sort=x_kg,code&limit=1&after=$after => 200 items[0].code=OWN-A next->$after
cashier GET /products?code[in]=OWN-A,OWN-B,OWN-C&sort=x_kg,code&limit=1&after=$after => 200 items[0].code=OWN-C next=null
cashier GET /products?x_rank=many => 422 code=bad_number field=x_rank
# A name that stood for values of another kind is not taken up again: the values are still there.
admin GET /custom_fields?name=x_note => 200 items[0].id->$note
admin DELETE /custom_fields/$note => 200
admin POST /custom_fields {"entity":"product","name":"x_note","label":"Note","kind":"integer"} => 422 code=bad_custom_field field=name
cashier GET /products?code=OWN-B => 200 items#=1
admin POST /custom_fields {"entity":"product","name":"x_note","label":"Remark","kind":"text"} => 201
cashier GET /products?x_note=b'%20OR%201=1&sort=x_note => 200 items#=1 items[0].code=OWN-B
# One that is required is asked of new records, and is not taken away from those that have it.
admin POST /custom_fields {"entity":"category","name":"x_origin","label":"Origin","kind":"text","required":true} => 201
buyer POST /categories {"code":"OWN1","name":"Own"} => 422 code=required field=x_origin
buyer POST /categories {"code":"OWN1","name":"Own","x_origin":" "} => 422 code=required field=x_origin
buyer POST /categories {"code":"OWN1","name":"Own","x_origin":"Jaén"} => 201 x_origin="Jaén" id->$own
buyer PATCH /categories/$own {"name":"Ours"} => 200 name=Ours x_origin="Jaén"
buyer PATCH /categories/$own {"x_origin":null} => 422 code=required field=x_origin
cashier GET /products?x_none=1 => 422 code=unknown_filter field=x_none
cashier GET /products?sort=x_none => 422 code=unknown_filter field=sort
verify
