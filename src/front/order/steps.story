# An order for later: draft, placed, paid in two parts, handed over.
sales POST /sales_orders {"site":"S1","customer":"C1","channel":"shop","lines":[{"product":"TEA","quantity":"3"},{"product":"MUG","quantity":"1"}]}
  => 201 state="draft" number=null total="42.10" tax="4.83" lines[0].total="30.00" lines[1].total="12.10" id->$order
sales POST /sales_orders {"site":"S1"} => 422 code=order_empty field=lines
sales POST /sales_orders {"lines":[{"product":"TEA","quantity":"3"}]} => 422 code=required field=site
sales POST /sales_orders {"site":"S1","total":"1.00","lines":[{"product":"TEA","quantity":"3"}]} => 422 code=read_only field=total
sales POST /sales_orders {"site":"S1","lines":[{"product":"TEA","quantity":"3","net":"1.00"}]} => 422 code=read_only field=lines[0].net
cashier POST /sales_orders {"site":"S1","lines":[{"product":"TEA","quantity":"3","unit_price":"1.00"}]} => 403 code=forbidden field=lines[0].unit_price
sales POST /sales_orders {"site":"S1","lines":[{"product":"TEA","quantity":"2","unit_price":"9.00","discount":"1.00"}]}
  => 201 total="17.00" discount="1.00" channel="sales" id->$cheap
admin DELETE /sales_orders/$cheap => 200
sales POST /sales_orders/$order/hand_over {} => 409 code=wrong_state
sales POST /sales_orders/$order/pay {"tenders":[{"kind":"card","amount":"42.10"}]} => 409 code=wrong_state
sales POST /sales_orders/$order/place {} => 200 state="placed" number! lines[0].total="30.00"
sales POST /sales_orders/$order/place {} => 409 code=wrong_state
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].on_hand="100" items[0].reserved="3" items[0].available="97"
admin DELETE /sales_orders/$order => 409 code=posted
sales PATCH /sales_orders/$order {"reference":"PO 17"} => 200 reference="PO 17"
sales PATCH /sales_orders/$order {"customer":null} => 422 code=read_only field=customer
verify
sales POST /sales_orders/$order/pay {"tenders":[{"kind":"card","amount":"20.00"}]} => 200 paid="20.00" state="placed"
sales POST /sales_orders/$order/hand_over {} => 409 code=order_not_paid field=paid
sales POST /sales_orders/$order/pay {"tenders":[{"kind":"card","amount":"22.11"}]} => 422 code=change_only_from_cash
sales POST /sales_orders/$order/pay {"tenders":[]} => 422 code=required field=tenders
sales POST /sales_orders/$order/pay {"tenders":[{"kind":"cash","amount":"30.00"}]} => 422 code=cash_needs_till field=tenders[0].kind
sales POST /sales_orders/$order/pay {"till":"T2","tenders":[{"kind":"cash","amount":"30.00"}]} => 422 code=till_elsewhere
sales POST /sales_orders/$order/pay {"till":"T1","tenders":[{"kind":"cash","amount":"30.00"}]} => 200 paid="42.10" change="7.90"
     payments#=2
verify
sales POST /sales_orders/$order/hand_over {"till":"T1"} => 200 state="done" paid="42.10" points_earned=42 lines[0].cost="12.00" lines[1].cost="5.00"
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].on_hand="97" items[0].reserved="0"
admin GET /reports/sales_by_product?product=TEA => 200 items[0].quantity="3" items[0].total="30.00" items[0].cost="12.00"
admin GET /loyalty_accounts?number=L1 => 200 items[0].balance=42
sales POST /sales_orders/$order/cancel {"reason":"late"} => 409 code=wrong_state
cashier POST /sales_orders/$order/return {"till":"T2","lines":[{"line":1,"quantity":"3"}],"tenders":[{"kind":"cash","amount":"30.00"}]}
  => 200 total="-30.00"
verify

# Cancelled: the goods are free, the money goes back by the tenders it came by.
sales POST /sales_orders {"site":"S1","customer":"C1","lines":[{"product":"TEA","quantity":"5"}]} => 201 id->$two
sales POST /sales_orders/$two/place {} => 200
sales POST /sales_orders/$two/pay {"till":"T1","tenders":[{"kind":"cash","amount":"10.00"},{"kind":"card","amount":"15.00"}]} => 200 paid="25.00"
cashier POST /sales_orders/$two/cancel {"reason":"changed my mind"} => 403 code=forbidden
sales POST /sales_orders/$two/cancel {} => 422 code=required field=reason
sales POST /sales_orders/$two/cancel {"reason":"changed my mind"} => 422 code=cash_needs_till field=till
sales POST /sales_orders/$two/cancel {"reason":"changed my mind","till":"T1"} => 200 state="cancelled" paid="0.00"
     payments#=4
admin GET /payments?sale=$two&kind=cash&amount[lt]=0.00 => 200 items#=1 items[0].amount="-10.00"
admin GET /payments?sale=$two&kind=card&amount[lt]=0.00 => 200 items#=1 items[0].amount="-15.00"
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].reserved="0"
sales POST /sales_orders/$two/pay {"tenders":[{"kind":"card","amount":"1.00"}]} => 409 code=wrong_state
sales POST /sales_orders {"site":"S1","lines":[{"product":"TEA","quantity":"5"}]} => 201 id->$three
sales POST /sales_orders/$three/cancel {"reason":"typo"} => 200 state="cancelled" number=null
verify

# Paid with points in advance; cancelled, they come back.
sales POST /sales_orders {"site":"S1","customer":"C1","lines":[{"product":"TEA","quantity":"1"}]} => 201 id->$four
sales POST /sales_orders/$four/place {} => 200
admin GET /loyalty_accounts?number=L1 => 200 items[0].balance=12
sales POST /sales_orders/$four/pay {"tenders":[{"kind":"points","amount":"0.13"}]} => 409 code=points_not_enough field=tenders
sales POST /sales_orders/$four/pay {"tenders":[{"kind":"points","amount":"0.10"}]} => 200 paid="0.10" points_redeemed=10
admin GET /loyalty_accounts?number=L1 => 200 items[0].balance=2
sales POST /sales_orders/$four/cancel {"reason":"no"} => 200 points_redeemed=0
admin GET /loyalty_accounts?number=L1 => 200 items[0].balance=12
verify
