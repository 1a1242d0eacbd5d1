# A sale at the till: three lines, a member, split tender with change. Figures to the cent.
cashier POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[
    {"product":"TEA","quantity":"2"},{"product":"MUG","quantity":"1"},{"product":"BOOK","quantity":"1"}],
    "tenders":[{"kind":"card","amount":"30.00"},{"kind":"cash","amount":"30.00"}]}
  => 201 number="T1-000001" till_number=1 total="52.10" tax="3.92" net="48.18" change="7.90" paid="52.10"
     rounding="0.00" points_earned=52 points_balance=52 kind="sale" id->$first
     lines[0].position=1 lines[0].product.code="TEA" lines[0].quantity="2" lines[0].unit_price="10.00"
     lines[0].net="18.18" lines[0].tax="1.82" lines[0].total="20.00" lines[0].why!
     lines[1].net="10.00" lines[1].tax="2.10" lines[1].total="12.10"
     lines[2].net="20.00" lines[2].tax="0.00" lines[2].total="20.00"
admin GET /sales_orders/$first => 200 state="done" paid="52.10" change="7.90" till.code="T1" site.code="S1"
     customer.code="C1" channel="till" points_earned=52
# Orders are found by their fields, not by words alone.
admin GET /sales_orders?filter=tea => 422 code=filter_words field=filter detail~Number:
admin GET /payments?sale=$first => 200 items#=2
admin GET /payments?sale=$first&kind=card => 200 items[0].amount="30.00"
admin GET /payments?sale=$first&kind=cash => 200 items[0].amount="22.10"
# Goods have left, and each line knows what it cost.
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].on_hand="98" items[0].value="392.00"
admin GET /sales_order_lines?sale=$first => 200 items[0].cost="8.00" items[1].cost="5.00" items[2].cost="12.00"
verify

# What it costs, without selling it: the same figures, nothing changes.
cashier POST /sales_orders/price {"till":"T1","customer":"C1","lines":[{"product":"TEA","quantity":"3"}]}
  => 200 total="30.00" tax="2.73" net="27.27" id=0 number=null points_earned=null lines[0].why!
cashier POST /sales_orders/price {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"20.00"}]} => 200 total="10.00" change="10.00"
admin GET /tills?code=T1 => 200 items[0].last_number=1
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].on_hand="98"

# Tenders.
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"9.99"}]} => 422 code=tenders_too_small field=tenders
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}]}
  => 422 code=tenders_too_small field=tenders
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"card","amount":"10.01"}]} => 422 code=change_only_from_cash field=tenders[0].amount
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"5.00"},{"kind":"transfer","amount":"10.01"}]}
  => 422 code=change_only_from_cash field=tenders[1].amount
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"gift_card","amount":"10.00","reference":"G1"}]} => 422 code=gift_card_unknown field=tenders[0].reference
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"points","amount":"10.00"}]} => 422 code=points_without_account field=customer
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"account","amount":"10.00"}]} => 422 code=account_needs_customer field=customer
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"0.00"}]} => 422 code=not_positive field=tenders[0].amount
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"-10.00"}]} => 422 code=not_positive field=tenders[0].amount
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"shells","amount":"10.00"}]} => 422 code=unknown_choice field=tenders[0].kind
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":10.00}]} => 422 code=wrong_type field=tenders[0].amount
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"10.001"}]} => 422 code=bad_number field=tenders[0].amount

# Lines.
cashier POST /sales_orders/checkout {"till":"T1","lines":[]} => 422 code=required field=lines
cashier POST /sales_orders/checkout {"till":"T1"} => 422 code=required field=lines
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"quantity":"1"}]} => 422 code=product_or_barcode field=lines[0].product
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","barcode":"96385074","quantity":"1"}]}
  => 422 code=product_or_barcode field=lines[0].product
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"},{"product":"NONE","quantity":"1"}]}
  => 422 code=unknown_reference field=lines[1].product
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"0"}]} => 422 code=not_positive field=lines[0].quantity
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"-1"}]} => 422 code=not_positive field=lines[0].quantity
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA"}]} => 422 code=required field=lines[0].quantity
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1","barcode":"96385075"}]}
  => 422 code=product_or_barcode
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"barcode":"4006381333931","quantity":"1"}]}
  => 422 code=unknown_barcode field=lines[0].barcode
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1","colour":"red"}]}
  => 422 code=unknown_field field=lines[0].colour
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1000"}],
    "tenders":[{"kind":"card","amount":"10000.00"}]} => 409 code=out_of_stock field=lines[0].quantity
admin POST /products {"code":"OLD","name":"Old","price":"1.00","no_sale":true} => 201
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"},{"product":"OLD","quantity":"1"}]}
  => 422 code=product_not_for_sale field=lines[1].product
admin POST /units {"code":"st","name":"Piece","decimals":0} => 201
admin POST /products {"code":"NAIL","name":"Nail","kind":"service","price":"0.10","tax":"IVA21","unit":"st"} => 201 id->$nail
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"NAIL","quantity":"1.5"}]}
  => 422 code=quantity_too_fine field=lines[0].quantity

# By barcode: a carton of six is six.
admin POST /barcodes {"product":"NAIL","code":"96385074","quantity":"6"} => 201
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"barcode":"96385074","quantity":"2"}],
    "tenders":[{"kind":"cash","amount":"1.20"}]} => 201 total="1.20" lines[0].quantity="12" lines[0].product.code="NAIL" till_number=2

# Prices and discounts by hand need a permission.
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1","price":"9.00"}],
    "tenders":[{"kind":"cash","amount":"9.00"}]} => 403 code=forbidden field=lines[0].price
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"MUG","quantity":"1"},{"product":"TEA","quantity":"1","discount":"10"}],
    "tenders":[{"kind":"cash","amount":"21.10"}]} => 403 code=forbidden field=lines[1].discount
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1","discount_amount":"1.00"}],
    "tenders":[{"kind":"cash","amount":"9.00"}]} => 403 code=forbidden field=lines[0].discount_amount
manager POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1","price":"9.00"},
    {"product":"MUG","quantity":"1","discount":"10"},{"product":"BOOK","quantity":"2","discount_amount":"0.99"}],
    "tenders":[{"kind":"card","amount":"58.90"}]}
  => 201 total="58.90" discount="2.20" lines[0].unit_price="9.00" lines[0].total="9.00" lines[0].tax="0.82"
     lines[1].discount="1.21" lines[1].total="10.89" lines[1].tax="1.89" lines[2].discount="0.99" lines[2].total="39.01"
manager POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1","discount":"100"}]}
  => 201 total="0.00" paid="0.00" net="0.00" tax="0.00"
manager POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1","discount":"101"}]}
  => 422 code=too_large field=lines[0].discount
manager POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1","price":"-1.00"}]}
  => 422 code=negative field=lines[0].price
verify

# Where: a till or a site, and they must agree.
cashier POST /sales_orders/checkout {"lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"card","amount":"10.00"}]}
  => 422 code=till_or_site field=till
cashier POST /sales_orders/checkout {"till":"T2","site":"S1","lines":[{"product":"TEA","quantity":"1"}]}
  => 422 code=till_elsewhere field=till
cashier POST /sales_orders/checkout {"till":"T9","lines":[{"product":"TEA","quantity":"1"}]} => 422 code=unknown_reference field=till
sales POST /sales_orders/checkout {"site":"S1","channel":"phone","reference":"WEB-77","lines":[{"product":"BOOK","quantity":"1"}],
    "tenders":[{"kind":"transfer","amount":"20.00"}]}
  => 201 total="20.00" till=null till_number=null number->$number id->$phone
admin GET /sales_orders?reference=WEB-77 => 200 items[0].id=$phone items[0].channel="phone" items[0].number=$number
sales POST /sales_orders/checkout {"site":"S1","lines":[{"product":"BOOK","quantity":"1"}],"tenders":[{"kind":"cash","amount":"20.00"}]}
  => 422 code=cash_needs_till field=tenders[0].kind
stock_clerk POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"10.00"}]} => 403 code=forbidden
anyone POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}]} => 401 code=not_signed_in

# When.
cashier POST /sales_orders/checkout {"till":"T1","sold_at":"2099-01-01T00:00:00Z","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"10.00"}]} => 422 code=sold_at_in_future field=sold_at
cashier POST /sales_orders/checkout {"till":"T1","sold_at":"2020-01-01T10:00:00Z","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"10.00"}]} => 403 code=forbidden field=sold_at
cashier POST /sales_orders/checkout {"till":"T1","till_number":5,"sold_at":"2020-01-01T10:00:00Z",
    "lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]} => 403 code=forbidden field=sold_at
verify
