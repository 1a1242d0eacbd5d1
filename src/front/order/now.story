# How trade stands: sales by hour on the shop's clock, orders that wait, promises kept, cash in drawers.
# 2 March 2026 is a Monday; Madrid is an hour ahead of UTC.
clock 2026-03-02T09:30:00Z
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"2"}],"tenders":[{"kind":"cash","amount":"20.00"}]} => 201 id->$one
cashier POST /sales_orders/checkout {"till":"T2","lines":[{"product":"GIFT","quantity":"1"}],"tenders":[{"kind":"card","amount":"5.00"}]} => 201
clock 2026-03-02T11:10:00Z
cashier POST /sales_orders/$one/return {"till":"T1","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]} => 200
cashier GET /reports/sales_by_hour => 200 items#=24 items[10].hour=10 items[10].sales=2 items[10].total="25.00" items[10].items="3"
     items[12].sales=0 items[12].returns=1 items[12].total="-10.00" items[12].returned="-10.00" items[12].items="-1" items[9].total="0.00"
     tie_out.by_hour="15.00" tie_out.by_product="15.00" tie_out.difference="0.00"
cashier GET /reports/sales_by_hour?site=S2 => 200 items[10].total="5.00" items[12].total="0.00" tie_out.difference="0.00"
cashier@S2 GET /reports/sales_by_hour => 200 items[10].total="5.00" items[12].returns=0 tie_out.by_product="5.00" tie_out.difference="0.00"
stock_clerk GET /reports/sales_by_hour?day=2026-03-01 => 200 items[10].total="0.00"
cashier GET /reports/sales_by_hour?day=x => 422 code=bad_date field=day
anyone GET /reports/sales_by_hour => 401
# The week after, beside it.
clock 2026-03-09T09:59:58Z
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]} => 201
cashier GET /reports/sales_by_hour?site=S1 => 200 items[10].total="10.00" items[10].compare_total="20.00" items[10].compare_sales=1 items[12].compare_total="-10.00"
cashier GET /reports/sales_by_hour?site=S1&compare=2026-03-08 => 200 items[10].compare_total="0.00"
# Summer time: the clock in the shop is two hours ahead.
clock 2026-04-06T09:30:00Z
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]} => 201
cashier GET /reports/sales_by_hour => 200 items[11].total="10.00" items[10].total="0.00"
verify
# Orders that wait: placed is waiting, a day old is late, a promise says otherwise.
clock 2026-04-07T08:00:00Z
sales POST /sales_orders {"site":"S1","customer":"C1","promised_at":"2026-04-10T16:00:00Z","lines":[{"product":"TEA","quantity":"1"}]} => 201 id->$later placed_at=null
sales POST /sales_orders {"site":"S1","customer":"C1","lines":[{"product":"TEA","quantity":"1"}]} => 201 id->$usual
cashier GET /reports/orders_waiting => 200 items#=0
sales POST /sales_orders/$later/place {} => 200 placed_at! promised_at="2026-04-10T16:00:00.000000Z"
sales POST /sales_orders/$usual/place {} => 200
cashier GET /reports/orders_waiting => 200 items#=2 items[0].order.id=$usual items[0].late=false items[1].due="2026-04-10T16:00:00.000000Z"
cashier GET /reports/orders_waiting?hours=0 => 200 items[0].late=true items[1].late=false
cashier GET /reports/orders_waiting?late=true => 200 items#=0
cashier@S2 GET /reports/orders_waiting => 200 items#=0
clock 2026-04-08T10:00:00Z
cashier GET /reports/orders_waiting?late=true => 200 items#=1 items[0].order.id=$usual
sales POST /sales_orders/$usual/pay {"tenders":[{"kind":"card","amount":"10.00"}]} => 200
sales POST /sales_orders/$usual/hand_over {} => 200 placed_at!
sales PATCH /sales_orders/$usual {"promised_at":"2026-04-10T16:00:00Z"} => 409 code=posted field=promised_at
sales PATCH /sales_orders/$later {"promised_at":"2026-04-08T09:00:00Z"} => 200
cashier GET /reports/orders_waiting => 200 items#=1 items[0].late=true
verify
# What is in the drawers is for those who manage tills.
cashier GET /reports/cash_now => 403 code=forbidden
manager GET /reports/cash_now => 200 items#=2 items[0].till.code="T1" items[0].cash="130.00" items[0].open=true items[0].opened_at! items[1].cash="100.00"
manager@S2 GET /reports/cash_now => 200 items#=1 items[0].till.code="T2"
manager GET /reports/cash_now?site=S1 => 200 items#=1
# Tasks whose time has passed.
admin POST /tasks {"title":"Water the plants","role":"cashier","due":"2026-04-08T09:00:00Z","site":"S1"} => 201 id->$task
admin POST /tasks {"title":"Sweep","role":"cashier","due":"2027-04-08T09:00:00Z"} => 201
admin GET /reports/late_tasks?site=S1 => 200 items[0].task.id=$task items[0].role=cashier items[0].due!
cashier@S2 GET /reports/late_tasks => 200 items#=0
cashier POST /tasks/$task/done {} => 200
cashier@S1 GET /reports/late_tasks => 200 items#=0
