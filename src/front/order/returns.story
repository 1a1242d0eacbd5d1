# Returns: in parts, repeated, in another shop, to the last cent of net and tax.
manager POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[{"product":"MUG","quantity":"3","discount_amount":"1.00"},
    {"product":"TEA","quantity":"1"}],"tenders":[{"kind":"card","amount":"45.30"}]}
  => 201 total="45.30" tax="7.04" net="38.26" points_earned=45 id->$sale number->$number
     lines[0].total="35.30" lines[0].tax="6.13" lines[0].discount="1.00" lines[0].line->$mugs
verify
# One of three, in the shop of the sale.
cashier POST /sales_orders/$sale/return {"till":"T1","lines":[{"line":1,"quantity":"1"}],"reason":"cracked",
    "tenders":[{"kind":"card","amount":"11.77"}]}
  => 200 kind="return" total="-11.77" tax="-2.04" net="-9.73" discount="0.33" paid="-11.77" points_earned=-12 points_balance=33
     lines[0].quantity="-1" lines[0].total="-11.77" id->$back
admin GET /sales_orders/$back => 200 state="done" origin.id=$sale reason="cracked" total="-11.77"
admin GET /reports/stock?site=S1&product=MUG => 200 items[0].on_hand="48" items[0].value="240.00"
admin GET /sales_order_lines?sale=$back => 200 items[0].cost="-5.00" items[0].origin_line.id=$mugs
verify
# The second in another shop, by the line's id; the goods stay there.
cashier POST /sales_orders/$sale/return {"till":"T2","lines":[{"line":$mugs,"quantity":"1"}],"reason":"cracked",
    "tenders":[{"kind":"cash","amount":"11.76"}]}
  => 200 number="T2-000001" total="-11.76" tax="-2.05" discount="0.34" site.code="S2"
admin GET /reports/stock?site=S2&product=MUG => 200 items[0].on_hand="1" items[0].value="5.00"
# More than is left, then the last one with the rest.
cashier POST /sales_orders/$sale/return {"till":"T1","lines":[{"line":1,"quantity":"2"}],"tenders":[{"kind":"card","amount":"23.53"}]}
  => 409 code=return_too_much field=lines[0].quantity
cashier POST /sales_orders/$sale/return {"till":"T1","lines":[{"line":1,"quantity":"1"},{"line":1,"quantity":"1"}],
    "tenders":[{"kind":"card","amount":"23.54"}]} => 409 code=return_too_much field=lines[1].quantity
cashier POST /sales_orders/$sale/return {"till":"T1","lines":[{"line":1,"quantity":"1"},{"line":2,"quantity":"1"}],
    "reason":"not liked","tenders":[{"kind":"cash","amount":"1.77"},{"kind":"card","amount":"20.00"}]}
  => 200 total="-21.77" tax="-2.95" net="-18.82" points_balance=0 lines[0].total="-11.77" lines[0].tax="-2.04"
     lines[1].total="-10.00" lines[1].tax="-0.91"
cashier POST /sales_orders/$sale/return {"till":"T1","lines":[{"line":2,"quantity":"0.1"}],"tenders":[{"kind":"card","amount":"1.00"}]}
  => 409 code=return_too_much field=lines[0].quantity
admin GET /sales_order_lines?sale=$sale => 200 items[0].returned="3" items[1].returned="1"
verify
# Everything came back: nothing is left of it in the totals of the day but the other shop's part.
admin GET /reports/sales_by_product?product=MUG => 200 items[0].quantity="0" items[0].total="0.00" items[0].tax="0.00"
     items[0].net="0.00" items[0].cost="0.00"
admin GET /reports/sales_by_site?product=MUG&site=S2 => 200 items[0].total="-11.76" items[0].quantity="-1"

# The refund must be what is given back.
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"3"}],"tenders":[{"kind":"cash","amount":"30.00"}]}
  => 201 tax="2.73" id->$tea number->$receipt
cashier POST /sales_orders/$tea/return {"till":"T1","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"cash","amount":"9.99"}]}
  => 422 code=tenders_mismatch field=tenders
cashier POST /sales_orders/$tea/return {"till":"T1","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"card","amount":"10.01"}]}
  => 422 code=tenders_mismatch field=tenders
cashier POST /sales_orders/$tea/return {"till":"T1","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"points","amount":"10.00"}]}
  => 422 code=points_without_account
cashier POST /sales_orders/$tea/return {"till":"T1","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"account","amount":"10.00"}]}
  => 422 code=account_needs_customer
cashier POST /sales_orders/$tea/return {"till":"T1","lines":[{"line":4,"quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]}
  => 422 code=line_unknown field=lines[0].line
cashier POST /sales_orders/$tea/return {"till":"T1","lines":[],"tenders":[]} => 422 code=required field=lines
cashier POST /sales_orders/$back/return {"till":"T1","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"cash","amount":"11.77"}]}
  => 409 code=return_of_return
auditor POST /sales_orders/$tea/return {"till":"T1","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]}
  => 403 code=forbidden

# By the number on the receipt; half a packet thrice leaves nothing over.
cashier POST /sales_orders/return_receipt {"number":"$receipt","till":"T2","lines":[{"line":1,"quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"10.00"}]} => 201 total="-10.00" tax="-0.91" site.code="S2"
cashier POST /sales_orders/return_receipt {"number":"T1-999999","till":"T2","lines":[{"line":1,"quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"10.00"}]} => 422 code=unknown_reference field=number
cashier POST /sales_orders/return_receipt {"number":"$receipt","site":"S1","lines":[{"line":1,"quantity":"0.7"}],
    "tenders":[{"kind":"card","amount":"7.00"}]} => 201 total="-7.00" tax="-0.64" till=null
cashier POST /sales_orders/return_receipt {"number":"$receipt","site":"S1","lines":[{"line":1,"quantity":"1.3"}],
    "tenders":[{"kind":"card","amount":"13.00"}]} => 201 total="-13.00" tax="-1.18"
verify

# Without a receipt: at a price given, or at today's.
cashier POST /sales_orders/return_without_receipt {"till":"T1","lines":[{"product":"TEA","quantity":"2","price":"8.00"}],
    "reason":"no receipt","tenders":[{"kind":"cash","amount":"16.00"}]} => 201 kind="return" total="-16.00" tax="-1.45" id->$loose
admin GET /sales_orders/$loose => 200 origin=null reason="no receipt"
cashier POST /sales_orders/return_without_receipt {"till":"T1","customer":"C1","lines":[{"product":"GIFT","quantity":"1"}],
    "reason":"no receipt","tenders":[{"kind":"cash","amount":"5.00"}]} => 201 total="-5.00" tax="-0.87"
cashier POST /sales_orders/return_without_receipt {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"10.00"}]} => 422 code=required field=reason
cashier POST /sales_orders/return_without_receipt {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],"reason":"x",
    "tenders":[{"kind":"cash","amount":"9.00"}]} => 422 code=tenders_mismatch
cashier POST /sales_orders/return_without_receipt {"till":"T1","customer":"C1","lines":[{"product":"GIFT","quantity":"1"}],
    "reason":"x","tenders":[{"kind":"points","amount":"5.00"}]} => 422 code=points_not_redeemed
verify

# Who works at one site sells only there, and takes back what any site sold.
cashier@S1 POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]}
  => 201 id->$here number->$slip
cashier@S2 POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]}
  => 422 code=unknown_reference field=till
cashier@S2 POST /sales_orders/checkout {"site":"S1","lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"card","amount":"10.00"}]}
  => 422 code=unknown_reference field=site
cashier@S2 GET /sales_orders/$here => 404 code=not_found
cashier@S2 POST /sales_orders/$here/return {"till":"T2","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]}
  => 404 code=not_found
cashier@S2 POST /sales_orders/return_receipt {"number":"$slip","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"card","amount":"10.00"}]}
  => 404 code=not_found
cashier@S2 POST /sales_orders/return_receipt {"number":"$slip","till":"T2","lines":[{"line":1,"quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"10.00"}]} => 201 total="-10.00" site.code="S2"
verify

# Nothing said of tenders: as it was paid, and after all parts exactly that. A till sends it again.
cashier POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[{"product":"TEA","quantity":"3"}],
    "tenders":[{"kind":"card","amount":"20.00"},{"kind":"cash","amount":"20.00"}]} => 201 change="10.00" id->$mixed
cashier POST /sales_orders/$mixed/return {"till":"T1","lines":[{"line":1,"quantity":"1"}]} => 200 total="-10.00" id->$part
admin GET /payments?sale=$part&kind=cash => 200 items#=1 items[0].amount="-3.33"
admin GET /payments?sale=$part&kind=card => 200 items#=1 items[0].amount="-6.67"
cashier POST /sales_orders/$mixed/return {"till":"T2","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"card","amount":"10.00"}]} => 200
cashier POST /sales_orders/$mixed/return {"till":"T1","lines":[{"line":1,"quantity":"1"}]} => 200 id->$rest till_number->$n
admin GET /payments?sale=$rest&kind=cash => 200 items[0].amount="-6.67"
admin GET /payments?sale=$rest&kind=card => 200 items[0].amount="-3.33"
cashier POST /sales_orders/$mixed/return {"till":"T1","lines":[{"line":1,"quantity":"1"}],"till_number":$n} => 200 id=$rest
verify
