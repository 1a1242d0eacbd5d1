# Invoices: one for each order, numbered without gaps; credit notes for what comes back.
clock 2026-11-21T10:00:00Z
admin POST /parties {"code":"C2","name":"Ravi Sharma","kind":"person","is_customer":true,"language":"hi","credit_limit":"500.00"} => 201 id->$ravi
cashier POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[{"product":"TEA","quantity":"2"},{"product":"MUG","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"50.00"}]} => 201 id->$sale total="32.10"
cashier POST /sales_orders/$sale/invoice {} => 200 number="INV-000001" kind="invoice" customer.code="C1"
    issued_on="2026-11-21" net="28.18" tax="3.92" total="32.10" refers_to=null id->$inv
# Again: the same one.
cashier POST /sales_orders/$sale/invoice {} => 200 number="INV-000001" id=$inv
cashier POST /sales_orders/$sale/invoice {"customer":"C2"} => 409 code=invoice_other_customer field=customer
auditor GET /invoices/$inv => 200 number="INV-000001" sale.id=$sale site.code="S1" language="en" currency="EUR" total="32.10"
# What it says of the customer stays, whatever happens to the customer.
auditor GET /invoices/$inv => 200 as_issued.customer.code="C1" as_issued.customer.name->$name as_issued.company.name!
    as_issued.products#=2 as_issued.taxes[0].rate!
auditor GET /parties?code=C1 => 200 items[0].id->$c1
admin PATCH /parties/$c1 {"name":"Somebody Else","city":"Soria"} => 200
auditor GET /invoices/$inv => 200 as_issued.customer.name="$name"
auditor GET /invoices => 200 items#=1
cashier@S2 GET /invoices/$inv => 404
cashier@S2 GET /invoices => 200 items#=0
auditor POST /sales_orders/$sale/invoice {} => 403
stock_clerk POST /sales_orders/$sale/invoice {} => 403
cashier@S2 POST /sales_orders/$sale/invoice {} => 404
anyone POST /sales_orders/$sale/invoice {} => 401
admin PATCH /invoices/$inv {"total":"1.00"} => 405
admin DELETE /invoices/$inv => 405
# Nobody is named: the one to be invoiced is.
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}],"tenders":[{"kind":"card","amount":"20.00"}]}
  => 201 id->$loose
cashier POST /sales_orders/$loose/invoice {} => 422 code=invoice_needs_customer field=customer
cashier POST /sales_orders/$loose/invoice {"customer":"C9"} => 422 code=unknown_reference field=customer
cashier POST /sales_orders/$loose/invoice {"customer":"C2","language":"xx"} => 422 code=language_unknown field=language
# A refusal takes no number.
cashier POST /sales_orders/$loose/invoice {"customer":"C2"} => 200 number="INV-000002" customer.code="C2" id->$inv2
cashier POST /sales_orders/$loose/invoice {"customer":"C1"} => 409 code=invoice_other_customer
auditor GET /invoices/$inv2 => 200 language="hi"
# What comes back.
cashier POST /sales_orders/$sale/return {"till":"T1","reason":"x","lines":[{"line":1,"quantity":"1"}]} => 200 total="-10.00" id->$back
cashier POST /sales_orders/$back/invoice {"customer":"C2"} => 409 code=invoice_other_customer
cashier POST /sales_orders/$back/invoice {} => 200 number="CN-000001" kind="credit_note" total="-10.00" net="-9.09" tax="-0.91"
    refers_to.code="INV-000001" customer.code="C1" id->$note
cashier POST /sales_orders/$back/invoice {} => 200 number="CN-000001" id=$note
cashier POST /sales_orders/$sale/return {"till":"T1","reason":"x","lines":[{"line":1,"quantity":"1"}]} => 200 id->$back2
cashier POST /sales_orders/$back2/invoice {"language":"id"} => 200 number="CN-000002" refers_to.code="INV-000001" id->$note2
auditor GET /invoices/$note2 => 200 language="id"
# A return of what was not invoiced, and one without a sale.
cashier POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"card","amount":"10.00"}]}
  => 201 id->$quiet
cashier POST /sales_orders/$quiet/return {"till":"T1","reason":"x","lines":[{"line":1,"quantity":"1"}]} => 200 id->$quietback
cashier POST /sales_orders/$quietback/invoice {} => 409 code=origin_not_invoiced
cashier POST /sales_orders/$quiet/invoice {} => 200 number="INV-000003"
cashier POST /sales_orders/$quietback/invoice {} => 200 number="CN-000003" refers_to.code="INV-000003"
cashier POST /sales_orders/return_without_receipt {"till":"T1","reason":"x","lines":[{"product":"GIFT","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"5.00"}]} => 201 id->$strange
cashier POST /sales_orders/$strange/invoice {"customer":"C1"} => 409 code=origin_not_invoiced
# An order is invoiced once it is placed; when it is cancelled the invoice is taken back by itself.
sales POST /sales_orders {"site":"S1","customer":"C2","lines":[{"product":"TEA","quantity":"3"}]} => 201 id->$order
sales POST /sales_orders/$order/invoice {} => 409 code=wrong_state
sales POST /sales_orders/$order/place => 200
sales POST /sales_orders/$order/invoice {} => 200 number="INV-000004" total="30.00"
sales POST /sales_orders/$order/cancel {"reason":"changed their mind"} => 200 state="cancelled"
auditor GET /invoices?sale=$order&kind=credit_note => 200 items#=1 items[0].number="CN-000004" items[0].total="-30.00"
    items[0].refers_to.code="INV-000004" items[0].language="hi"
sales POST /sales_orders/$order/invoice {} => 409 code=wrong_state
# An order that is not invoiced is cancelled without a credit note.
sales POST /sales_orders {"site":"S1","customer":"C2","lines":[{"product":"TEA","quantity":"1"}]} => 201 id->$other
sales POST /sales_orders/$other/place => 200
sales POST /sales_orders/$other/cancel {"reason":"x"} => 200
auditor GET /invoices?sale=$other => 200 items#=0
auditor GET /invoices?kind=invoice => 200 items#=4
auditor GET /invoices?kind=credit_note => 200 items#=4
verify
