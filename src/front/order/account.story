# On account, within the limit; paid later.
admin POST /parties {"code":"C2","name":"Cafe Sol","kind":"organisation","credit_limit":"50.00"} => 201
cashier POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"account","amount":"10.00"}]} => 409 code=credit_limit_exceeded field=tenders
cashier POST /sales_orders/checkout {"till":"T1","customer":"C2","lines":[{"product":"TEA","quantity":"4"}],
    "tenders":[{"kind":"account","amount":"40.00"}]} => 201 paid="40.00" points_earned=0 id->$sale
admin GET /reports/open_accounts?customer=C2 => 200 items[0].open="40.00" items[0].credit_limit="50.00"
cashier POST /sales_orders/checkout {"till":"T1","customer":"C2","lines":[{"product":"TEA","quantity":"2"}],
    "tenders":[{"kind":"account","amount":"10.01"},{"kind":"cash","amount":"9.99"}]} => 409 code=credit_limit_exceeded field=tenders
cashier POST /sales_orders/checkout {"till":"T1","customer":"C2","lines":[{"product":"TEA","quantity":"2"}],
    "tenders":[{"kind":"account","amount":"10.00"},{"kind":"cash","amount":"10.00"}]} => 201
cashier POST /sales_orders/checkout {"till":"T1","customer":"C2","lines":[{"product":"GIFT","quantity":"1"}],
    "tenders":[{"kind":"account","amount":"5.00"}]} => 409 code=credit_limit_exceeded
verify
# A payment frees the limit.
cashier POST /customer_payments/receive {"customer":"C2","kind":"cash","amount":"20.00","till":"T1"}
  => 201 amount="20.00" kind="cash" customer.code="C2" site.code="S1" number!
admin GET /reports/open_accounts?customer=C2 => 200 items[0].open="30.00"
accountant POST /customer_payments/receive {"customer":"C2","kind":"transfer","amount":"10.00","site":"S1"} => 403 code=forbidden
manager POST /customer_payments/receive {"customer":"C2","kind":"transfer","amount":"10.00","site":"S1","reference":"SEPA 9"} => 201
cashier POST /customer_payments/receive {"customer":"C2","kind":"points","amount":"1.00","till":"T1"} => 422 code=unknown_choice field=kind
cashier POST /customer_payments/receive {"customer":"C2","kind":"cash","amount":"0.00","till":"T1"} => 422 code=not_positive field=amount
cashier POST /customer_payments/receive {"kind":"cash","amount":"1.00","till":"T1"} => 422 code=required field=customer
cashier POST /customer_payments/receive {"customer":"C2","kind":"cash","amount":"1.00"} => 422 code=till_or_site
cashier POST /customer_payments/receive {"customer":"C2","kind":"cash","amount":"1.00","site":"S1"} => 422 code=cash_needs_till field=till
verify
# A return to the account.
cashier POST /sales_orders/$sale/return {"till":"T1","lines":[{"line":1,"quantity":"2"}],"tenders":[{"kind":"account","amount":"20.00"}]}
  => 200 total="-20.00"
admin GET /reports/open_accounts?customer=C2 => 200 items[0]=null
cashier POST /sales_orders/$sale/return {"till":"T1","lines":[{"line":1,"quantity":"2"}],"tenders":[{"kind":"account","amount":"20.00"}]} => 200
admin GET /reports/open_accounts?customer=C2 => 200 items[0].open="-20.00"
verify
# An order on account is paid by it.
sales POST /sales_orders {"site":"S1","customer":"C2","lines":[{"product":"TEA","quantity":"5"}]} => 201 id->$later
sales POST /sales_orders/$later/place {} => 200
sales POST /sales_orders/$later/pay {"tenders":[{"kind":"account","amount":"50.00"}]} => 200 paid="50.00"
admin GET /reports/open_accounts?customer=C2 => 200 items[0].open="30.00"
sales POST /sales_orders/$later/cancel {"reason":"no"} => 200
admin GET /reports/open_accounts?customer=C2 => 200 items[0].open="-20.00"
verify
