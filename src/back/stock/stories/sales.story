cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"11"}],
  "tenders":[{"kind":"cash","amount":"220.00"}]}
  => 409 code=out_of_stock field=lines[0].quantity detail~10
# The rows of one product are taken together; a service takes nothing.
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"6"},
  {"product":"GIFT","quantity":"1"},{"product":"BOOK","quantity":"5"}],
  "tenders":[{"kind":"cash","amount":"225.00"}]}
  => 409 code=out_of_stock field=lines[2].quantity detail~10
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"6"},
  {"product":"GIFT","quantity":"1"},{"product":"BOOK","quantity":"4"}],
  "tenders":[{"kind":"cash","amount":"205.00"}]} => 201
admin GET /reports/stock?site=S1&product=BOOK => 200 items[0].on_hand=0 items[0].value=0.00
verify

# Returns come back at the cost they left with, whatever the average is by then.
admin POST /products {"code":"RET","name":"Comes back","price":"10.00"} => 201
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"RET","quantity":"3","unit_cost":"3.3333"}]} => 201 value=10.00
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"RET","quantity":"3"}],
  "tenders":[{"kind":"cash","amount":"30.00"}]} => 201 id->$sale
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"RET","quantity":"5","unit_cost":"6.00"}]} => 201
manager POST /sales_orders/$sale/return {"till":"T1","reason":"unwanted",
  "lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]} => 200
admin GET /reports/stock?site=S1&product=RET => 200 items[0].on_hand=6 items[0].value=33.33
# In another shop: there it comes into stock.
manager POST /sales_orders/$sale/return {"till":"T2","reason":"unwanted",
  "lines":[{"line":1,"quantity":"2"}],"tenders":[{"kind":"cash","amount":"20.00"}]} => 200
admin GET /reports/stock?product=RET => 200 items[0].value=33.33
  items[1].on_hand=2 items[1].value=6.67
verify

# A web shop sells the stock of the shop behind it.
admin POST /sites {"code":"WEB","name":"Web shop","kind":"web","stock_site":"S1"} => 201
sales POST /sales_orders {"site":"WEB","channel":"shop","lines":[{"product":"MUG","quantity":"20"},
  {"product":"TEA","quantity":"4"}]} => 201 id->$order
sales POST /sales_orders/$order/place {} => 200
admin GET /reports/stock?site=S1&product=MUG => 200
  items[0].on_hand=50 items[0].reserved=20 items[0].available=30 items[0].value=250.00
admin GET /stock_reservations?sale=$order&sort=id => 200
  items[0].quantity=20 items[0].state=held items[1].quantity=4
# What is held is not for others, neither to sell nor to send away; but a loss is a loss.
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"MUG","quantity":"31"}],
  "tenders":[{"kind":"cash","amount":"375.10"}]}
  => 409 code=out_of_stock field=lines[0].quantity detail~30
stock_clerk POST /stock_moves/transfer {"from":"S1","to":"S2","lines":[
  {"product":"MUG","quantity":"31"}]} => 409 code=out_of_stock
sales POST /sales_orders {"site":"WEB","channel":"shop","lines":[{"product":"MUG","quantity":"31"}]}
  => 201 id->$greedy
sales POST /sales_orders/$greedy/place {} => 409 code=out_of_stock field=lines[0].quantity detail~30
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"broken","lines":[
  {"product":"MUG","quantity":"-35"}]} => 201 value=-175.00
admin GET /reports/stock?site=S1&product=MUG => 200 items[0].on_hand=15 items[0].available=-5
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"found","lines":[
  {"product":"MUG","quantity":"5"}]} => 201 value=25.00
sales POST /sales_orders/$order/pay {"tenders":[{"kind":"card","amount":"282.00"}]} => 200
sales POST /sales_orders/$order/hand_over {} => 200 state=done
admin GET /reports/stock?site=S1&product=MUG => 200
  items[0].on_hand=0 items[0].reserved=0 items[0].value=0.00
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].on_hand=96 items[0].reserved=0
admin GET /stock_reservations?sale=$order&sort=id => 200
  items[0].quantity=0 items[0].state=issued items[1].state=issued
verify

# Cancelling lets go.
sales POST /sales_orders {"site":"S1","channel":"phone","lines":[{"product":"TEA","quantity":"96"}]}
  => 201 id->$call
sales POST /sales_orders/$call/place {} => 200
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"10.00"}]} => 409 code=out_of_stock detail~0
manager POST /sales_orders/$call/cancel {"reason":"changed their mind"} => 200
admin GET /reports/stock?site=S1&product=TEA => 200 items[0].on_hand=96 items[0].reserved=0
admin GET /stock_reservations?sale=$call => 200 items[0].state=released items[0].quantity=0
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"10.00"}]} => 201
verify
