# Prices, discounts and taxes as a shop uses them; the cents themselves are in pricing.vectors.

# --- The product's own price; tax as the tax says
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"TEA","quantity":"2"},
  {"product":"MUG","quantity":"1"},{"product":"BOOK","quantity":"1"}]}
  => 200 total=52.10 tax=3.92 net=48.18 lines[0].net=18.18 lines[0].tax=1.82 lines[1].tax=2.10
  lines[2].tax=0.00 lines[0].why[0].step=product_price lines[0].why[0].value=10.00
  lines[0].why[1].step=tax lines[0].why[1].code=IVA10 lines[0].why[1].value="10 %"
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"TEA","quantity":"0"}]}
  => 422 code=not_positive field=lines[0].quantity
buyer POST /products {"code":"BARE","name":"No price"} => 201
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"TEA","quantity":"1"},
  {"product":"BARE","quantity":"1"}]} => 409 code=no_price field=lines[1].product
buyer POST /products {"code":"UNTAXED","name":"Not taxed","price":"7.00","kind":"service"} => 201
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"UNTAXED","quantity":"1"}]}
  => 200 total=7.00 tax=0.00 lines[0].why[1].step=no_tax

# --- Prices and discounts by hand
sales POST /sales_orders/price {"site":"S1","lines":[{"product":"TEA","quantity":"2","price":"8.00"}]}
  => 200 total=16.00 lines[0].why[0].step=override lines[0].why[0].value=8.00
sales POST /sales_orders/price {"site":"S1","lines":[{"product":"BARE","quantity":"1","price":"8.00"}]}
  => 200 total=8.00
sales POST /sales_orders/price {"site":"S1","lines":[{"product":"TEA","quantity":"2","price":"0.00"}]}
  => 422 code=price_not_positive field=lines[0].price
sales POST /sales_orders/price {"site":"S1","lines":[{"product":"TEA","quantity":"2","discount":"10"}]}
  => 200 total=18.00 lines[0].discount=2.00 lines[0].why[1].step=line_discount lines[0].why[1].value=-2.00
sales POST /sales_orders/price {"site":"S1","lines":[{"product":"TEA","quantity":"1","discount":"100.5"}]}
  => 422 field=lines[0].discount
sales POST /sales_orders/price {"site":"S1","lines":[{"product":"TEA","quantity":"1","discount_amount":"3.00"}]}
  => 200 total=7.00
sales POST /sales_orders/price {"site":"S1","lines":[{"product":"TEA","quantity":"1","discount_amount":"10.01"}]}
  => 422 code=discount_too_large field=lines[0].discount_amount
sales POST /sales_orders/price {"site":"S1","lines":[{"product":"BOOK","quantity":"900000000"},
  {"product":"BOOK","quantity":"900000000","price":"9999999999999.99"}]}
  => 422 code=amount_too_large field=lines

# --- Price lists: customer before site before everybody, higher priority first, breaks, validity
buyer POST /price_lists {"code":"ALL","name":"Everybody","standing":true,"priority":5}
  => 201 currency=EUR includes_tax=true
buyer POST /price_lists {"code":"ALL2","name":"Everybody, dearer","standing":true,"priority":1} => 201
buyer POST /price_lists {"code":"SHOP2","name":"Second shop","includes_tax":false} => 201 includes_tax=false
buyer POST /price_lists {"code":"VIP","name":"Good customers"} => 201
buyer POST /price_lists {"code":"USD","name":"Dollars","currency":"USD"}
  => 422 code=list_currency_differs field=currency
buyer POST /price_lists {"code":"OLD","name":"X","valid_from":"2026-02-01","valid_to":"2026-01-31"}
  => 422 code=validity_reversed field=valid_to
buyer POST /prices {"list":"ALL","product":"TEA","price":"9.00"} => 201 price=9.00 minimum_quantity=0 id->$p9
buyer POST /prices {"list":"ALL","product":"TEA","price":"8.80"} => 409 code=price_twice field=product
buyer POST /prices {"list":"ALL","product":"TEA","price":"8.00","minimum_quantity":"6"} => 201
buyer POST /prices {"list":"ALL","product":"TEA","price":"7.00","minimum_quantity":"12"} => 201
buyer POST /prices {"list":"ALL2","product":"TEA","price":"9.90"} => 201
buyer POST /prices {"list":"ALL2","product":"MUG","price":"11.00"} => 201
buyer POST /prices {"list":"ALL","product":"TEA","price":"-1.00","minimum_quantity":"3"} => 422 code=negative field=price
buyer POST /prices {"list":"ALL","price":"1.00"} => 422 code=required field=product
buyer POST /prices {"list":"ALL","product":"MUG","price":"1.00","valid_from":"2027-01-01","valid_to":"2026-01-01"}
  => 422 code=validity_reversed field=valid_to
cashier POST /prices {"list":"ALL","product":"MUG","price":"1.00"} => 403 code=forbidden
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"TEA","quantity":"1"},
  {"product":"TEA","quantity":"5"},{"product":"TEA","quantity":"6"},{"product":"TEA","quantity":"11"},
  {"product":"TEA","quantity":"12"},{"product":"MUG","quantity":"1"},{"product":"BOOK","quantity":"1"}]}
  => 200 lines[0].total=9.00 lines[1].total=45.00 lines[2].total=48.00 lines[3].total=88.00
  lines[4].total=84.00 lines[5].total=11.00 lines[6].total=20.00
  lines[0].why[0].step=price_list lines[0].why[0].code=ALL lines[5].why[0].code=ALL2
# The second shop has its own list, without tax.
admin GET /sites?code=S2 => 200 items[0].id->$s2
admin PATCH /sites/$s2 {"price_list":"SHOP2"} => 200 price_list.code=SHOP2
buyer POST /prices {"list":"SHOP2","product":"TEA","price":"9.50"} => 201
cashier POST /sales_orders/price {"till":"T2","lines":[{"product":"TEA","quantity":"1"}]}
  => 200 net=9.50 tax=0.95 total=10.45 lines[0].why[0].step=site_list
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"TEA","quantity":"1"}]} => 200 total=9.00
# The customer's list comes first, and only for what it has.
sales GET /parties?code=C1 => 200 items[0].id->$c1
sales PATCH /parties/$c1 {"price_list":"VIP"} => 200 price_list.code=VIP
buyer POST /prices {"list":"VIP","product":"TEA","price":"6.50"} => 201 id->$vip
cashier POST /sales_orders/price {"till":"T2","customer":"C1","lines":[{"product":"TEA","quantity":"12"},
  {"product":"MUG","quantity":"1"}]}
  => 200 lines[0].total=78.00 lines[0].why[0].step=customer_list lines[1].total=11.00
# A price from a day on, entered ahead.
clock 2026-11-25T10:00:00Z
buyer POST /prices {"list":"VIP","product":"TEA","price":"5.00","valid_from":"2026-12-01"} => 201
cashier POST /sales_orders/price {"till":"T1","customer":"C1","lines":[{"product":"TEA","quantity":"1"}]}
  => 200 total=6.50
clock 2026-12-01T10:00:00Z
cashier POST /sales_orders/price {"till":"T1","customer":"C1","lines":[{"product":"TEA","quantity":"1"}]}
  => 200 total=5.00
# An override stands on the terms of what it overrides: without tax in the second shop.
sales POST /sales_orders/price {"site":"S2","lines":[{"product":"TEA","quantity":"1","price":"10.00"}]}
  => 200 net=10.00 total=11.00
# What is archived does not count.
buyer DELETE /prices/$p9 => 200
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"TEA","quantity":"1"}]} => 200 total=9.90

# --- Discount rules
buyer POST /discount_rules {"code":"NONE","name":"Nothing"} => 422 code=discount_value field=percent
buyer POST /discount_rules {"code":"TWO","name":"Both","percent":"5","amount":"1.00"} => 422 code=discount_value field=percent
buyer POST /discount_rules {"code":"MUCH","name":"Much","percent":"101"} => 422 code=too_large field=percent
buyer POST /discount_rules {"code":"REV","name":"Reversed","percent":"5","valid_from":"2026-02-01","valid_to":"2026-01-01"}
  => 422 code=validity_reversed field=valid_to
buyer POST /categories {"code":"READ","name":"Reading"} => 201
buyer POST /categories {"code":"NOVELS","name":"Novels","parent":"READ"} => 201
buyer POST /products {"code":"NOVEL","name":"A novel","price":"10.00","tax":"IVA0","category":"NOVELS","kind":"service"} => 201
buyer POST /discount_rules {"code":"READ5","name":"Reading week","category":"READ","percent":"5"} => 201 id->$read5
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"NOVEL","quantity":"1"},{"product":"BOOK","quantity":"1"}]}
  => 200 lines[0].total=9.50 lines[0].why[1].step=discount_rule lines[0].why[1].code=READ5
  lines[0].why[1].label="Reading week" lines[0].why[1].value=-0.50 lines[1].total=20.00
buyer POST /discount_rules {"code":"NOVEL3","name":"Three novels","product":"NOVEL","minimum_quantity":"3","amount":"2.00"} => 201
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"NOVEL","quantity":"2"},{"product":"NOVEL","quantity":"3"}]}
  => 200 lines[0].total=19.00 lines[1].total=24.00
buyer POST /discount_rules {"code":"S2ONLY","name":"Second shop","site":"S2","product":"BOOK","percent":"50"} => 201
cashier POST /sales_orders/price {"till":"T2","lines":[{"product":"BOOK","quantity":"1"}]} => 200 total=10.00
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}]} => 200 total=20.00
buyer POST /discount_rules {"code":"C1ONLY","name":"Just for you","customer":"C1","product":"BOOK","percent":"25"} => 201
cashier POST /sales_orders/price {"till":"T1","customer":"C1","lines":[{"product":"BOOK","quantity":"1"}]} => 200 total=15.00
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}]} => 200 total=20.00
buyer POST /discount_rules {"code":"BIG","name":"From fifty on","basket":true,"minimum_total":"50.00","amount":"5.00"} => 201 id->$big
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"BOOK","quantity":"2"}]} => 200 total=40.00
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"BOOK","quantity":"2"},{"product":"MUG","quantity":"1"}]}
  => 200 total=46.00 discount=5.00 lines[0].why[1].step=basket_rule lines[0].why[1].code=BIG
# A rule of last month, and one that was put away.
buyer POST /discount_rules {"code":"PAST","name":"Past","product":"BOOK","percent":"90","valid_to":"2026-11-30"} => 201
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}]} => 200 total=20.00
buyer DELETE /discount_rules/$big => 200
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"BOOK","quantity":"4"}]} => 200 total=80.00

# --- Taxes: dated rates, parts
accountant POST /taxes {"code":"IVA21","name":"IVA 23 %","rate":"23","valid_from":"2027-01-01"}
  => 201 included=true rate=23
accountant POST /taxes {"code":"IVA21","name":"Again","rate":"24","valid_from":"2027-01-01"} => 409 code=tax_twice field=valid_from
accountant POST /taxes {"code":"BAD","name":"Bad","rate":"-1"} => 422 code=negative field=rate
accountant POST /taxes {"code":"BAD","name":"Bad","rate":"1001"} => 422 code=too_large field=rate
accountant POST /taxes {"code":"BAD","name":"Bad","rate":"5","valid_from":"2026-02-01","valid_to":"2026-01-01"}
  => 422 code=validity_reversed field=valid_to
cashier POST /taxes {"code":"BAD","name":"Bad","rate":"5"} => 403 code=forbidden
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"GIFT","quantity":"1"}]} => 200 total=5.00 tax=0.87
clock 2027-01-02T10:00:00Z
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"GIFT","quantity":"1"}]} => 200 total=5.00 tax=0.93
clock 2027-01-03T10:00:00Z
accountant POST /taxes {"code":"GST5","name":"GST 5 %","rate":"5","included":false} => 201 included=false
accountant POST /taxes {"code":"CGST","name":"CGST","rate":"2.5","part_of":"GST5"} => 201 part_of.code=GST5
accountant POST /taxes {"code":"SGST","name":"SGST","rate":"2.5","part_of":"GST5"} => 201
accountant POST /taxes {"code":"CESS","name":"Cess","rate":"0.1","part_of":"GST5"} => 422 code=tax_parts_exceed field=rate
accountant POST /taxes {"code":"SUB","name":"Sub","rate":"1","part_of":"CGST"} => 422 code=tax_part_of_part field=part_of
buyer POST /products {"code":"RICE","name":"Rice","price":"99.99","tax":"GST5","kind":"service"} => 201
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"RICE","quantity":"1"}]}
  => 200 net=99.99 tax=5.00 total=104.99
accountant POST /taxes {"code":"LATER","name":"From next year","rate":"3","valid_to":"2027-01-31"} => 201
buyer POST /products {"code":"SOON","name":"Soon","price":"1.00","tax":"LATER","kind":"service"} => 201
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"SOON","quantity":"1"}]} => 200 total=1.00
clock 2027-02-01T10:00:00Z
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"SOON","quantity":"1"}]}
  => 409 code=tax_not_valid field=lines[0].product

# --- Rounding by document, as the company says
admin GET /companies => 200 items[0].id->$company
buyer POST /products {"code":"CENT","name":"A third","price":"0.35","tax":"GST5","kind":"service"} => 201
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"CENT","quantity":"1"},{"product":"CENT","quantity":"1"},
  {"product":"CENT","quantity":"1"}]} => 200 tax=0.06 total=1.11
admin PATCH /companies/$company {"tax_rounding":"document"} => 200 tax_rounding=document
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"CENT","quantity":"1"},{"product":"CENT","quantity":"1"},
  {"product":"CENT","quantity":"1"}]} => 200 tax=0.05 total=1.10 lines[0].tax=0.02 lines[1].tax=0.02 lines[2].tax=0.01
verify
