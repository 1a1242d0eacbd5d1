# The till's journal: each number once, none missing; what is sent again is answered, not done again.
clock 2026-11-21T10:00:00Z
cashier POST /sales_orders/checkout {"till":"T1","till_number":1,"sold_at":"2026-11-21T09:59:30Z",
    "lines":[{"product":"TEA","quantity":"2"}],"tenders":[{"kind":"cash","amount":"50.00"}]}
  => 201 till_number=1 total="20.00" change="30.00" id->$one till_hash->$hash
# Sent again: the same answer, no second effect.
cashier POST /sales_orders/checkout {"till":"T1","till_number":1,"sold_at":"2026-11-21T09:59:30Z",
    "lines":[{"product":"TEA","quantity":"2"}],"tenders":[{"kind":"cash","amount":"50.00"}]}
  => 200 till_number=1 total="20.00" change="30.00" id=$one till_hash=$hash lines[0].total="20.00"
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].on_hand="98"
# Another document under the same number, in each way it can differ.
cashier POST /sales_orders/checkout {"till":"T1","till_number":1,"sold_at":"2026-11-21T09:59:30Z",
    "lines":[{"product":"TEA","quantity":"3"}],"tenders":[{"kind":"cash","amount":"50.00"}]} => 409 code=till_number_taken field=till_number
cashier POST /sales_orders/checkout {"till":"T1","till_number":1,"sold_at":"2026-11-21T09:59:30Z",
    "lines":[{"product":"MUG","quantity":"2"}],"tenders":[{"kind":"cash","amount":"50.00"}]} => 409 code=till_number_taken
cashier POST /sales_orders/checkout {"till":"T1","till_number":1,"sold_at":"2026-11-21T09:59:31Z",
    "lines":[{"product":"TEA","quantity":"2"}],"tenders":[{"kind":"cash","amount":"50.00"}]} => 409 code=till_number_taken
cashier POST /sales_orders/checkout {"till":"T1","till_number":1,"sold_at":"2026-11-21T09:59:30Z",
    "lines":[{"product":"TEA","quantity":"2"}],"tenders":[{"kind":"card","amount":"20.00"}]} => 409 code=till_number_taken
cashier POST /sales_orders/checkout {"till":"T1","till_number":1,"sold_at":"2026-11-21T09:59:30Z","customer":"C1",
    "lines":[{"product":"TEA","quantity":"2"}],"tenders":[{"kind":"cash","amount":"50.00"}]} => 409 code=till_number_taken
# A gap.
cashier POST /sales_orders/checkout {"till":"T1","till_number":3,"lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"10.00"}]} => 409 code=till_number_gap field=till_number
cashier POST /sales_orders/checkout {"till":"T1","till_number":0,"lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"10.00"}]} => 422 code=not_positive field=till_number
# A refused sale takes no number.
cashier POST /sales_orders/checkout {"till":"T1","till_number":2,"lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"9.00"}]} => 422 code=tenders_too_small
cashier POST /sales_orders/checkout {"till":"T1","till_number":2,"lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"10.00"}]} => 201 till_number=2 number="T1-000002"
# Other tills number for themselves; returns are in the same journal.
admin POST /stock_moves/receive {"site":"S2","lines":[{"product":"TEA","quantity":"10","unit_cost":"4.00"}]} => 201
cashier POST /sales_orders/checkout {"till":"T2","till_number":1,"lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"10.00"}]} => 201 number="T2-000001"
cashier POST /sales_orders/$one/return {"till":"T1","till_number":3,"sold_at":"2026-11-21T10:00:10Z","reason":"x",
    "lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]}
  => 200 number="T1-000003" kind="return" total="-10.00" id->$back
cashier POST /sales_orders/$one/return {"till":"T1","till_number":3,"sold_at":"2026-11-21T10:00:10Z","reason":"x",
    "lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]}
  => 200 number="T1-000003" id=$back
cashier POST /sales_orders/$one/return {"till":"T1","till_number":3,"sold_at":"2026-11-21T10:00:10Z","reason":"x",
    "lines":[{"line":1,"quantity":"0.5"}],"tenders":[{"kind":"cash","amount":"5.00"}]} => 409 code=till_number_taken
admin GET /sales_order_lines?sale=$one => 200 items[0].returned="1"
cashier POST /sales_orders/return_without_receipt {"till":"T2","till_number":2,"reason":"x",
    "lines":[{"product":"GIFT","quantity":"1"}],"tenders":[{"kind":"cash","amount":"5.00"}]}
  => 201 number="T2-000002" total="-5.00" id->$loose
cashier POST /sales_orders/return_without_receipt {"till":"T2","till_number":2,"reason":"x",
    "lines":[{"product":"GIFT","quantity":"1"}],"tenders":[{"kind":"cash","amount":"5.00"}]}
  => 200 number="T2-000002" id=$loose
cashier POST /sales_orders/return_without_receipt {"till":"T2","till_number":2,"reason":"x",
    "lines":[{"product":"GIFT","quantity":"2"}],"tenders":[{"kind":"cash","amount":"10.00"}]} => 409 code=till_number_taken
# What a till sold while it was offline, since it was opened.
clock 2026-11-21T18:00:00Z
cashier POST /sales_orders/checkout {"till":"T1","till_number":4,"sold_at":"2026-11-21T11:00:00Z",
    "lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]} => 201 till_number=4
cashier POST /sales_orders/checkout {"till":"T1","sold_at":"2026-11-21T11:00:00Z",
    "lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]} => 403 code=forbidden field=sold_at
manager POST /sales_orders/checkout {"site":"S1","sold_at":"2026-11-20T23:30:00Z",
    "lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"card","amount":"10.00"}]}
  => 201 business_date="2026-11-21"
manager POST /sales_orders/checkout {"site":"S1","sold_at":"2026-11-20T22:30:00Z",
    "lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"card","amount":"10.00"}]}
  => 201 business_date="2026-11-20"
verify
