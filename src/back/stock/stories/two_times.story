admin POST /products {"code":"TIM","name":"In time","price":"9.00"} => 201
clock 2026-12-01T10:00:00Z
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"TIM","quantity":"10","unit_cost":"1.00"}]} => 201 moves[0].id->$receipt
# 00:30 on the 5th at the company
clock 2026-12-04T23:30:00Z
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"used","lines":[
  {"product":"TIM","quantity":"-4"}]} => 201 value=-4.00 moves[0].id->$issue
# entered a week late
clock 2026-12-10T10:00:00Z
stock_clerk POST /stock_moves/receive {"site":"S1","occurred_at":"2026-12-03T09:00:00Z","lines":[
  {"product":"TIM","quantity":"2","unit_cost":"1.50"}]} => 201
# freight for the first receipt: 8 of its 10 are still there
clock 2026-12-15T10:00:00Z
manager POST /stock_moves/revalue {"receipt":$receipt,"amount":"5.00","reason":"freight"}
  => 201 value=4.00 moves[0].expense=1.00
admin GET /reports/stock?site=S1&product=TIM => 200 items[0].on_hand=8 items[0].value=13.00

admin GET /reports/stock?site=S1&product=TIM&as_of=2026-11-30
  => 200 items[0].on_hand=0 items[0].value=0.00 items[0].reserved=null items[0].available=null
admin GET /reports/stock?site=S1&product=TIM&as_of=2026-12-02
  => 200 items[0].on_hand=10 items[0].value=14.00
admin GET /reports/stock?site=S1&product=TIM&as_of=2026-12-02&as_known_on=2026-12-12
  => 200 items[0].on_hand=10 items[0].value=10.00
admin GET /reports/stock?site=S1&product=TIM&as_of=2026-12-04
  => 200 items[0].on_hand=12 items[0].value=17.00
admin GET /reports/stock?site=S1&product=TIM&as_of=2026-12-05
  => 200 items[0].on_hand=8 items[0].value=13.00
admin GET /reports/stock?site=S1&product=TIM&as_of=2026-12-04T23:29:59Z
  => 200 items[0].on_hand=12 items[0].value=17.00
admin GET /reports/stock?site=S1&product=TIM&as_of=2026-12-04T23:31:00Z
  => 200 items[0].on_hand=8 items[0].value=13.00
admin GET /reports/stock?site=S1&product=TIM&as_of=2026-12-04&as_known_on=2026-12-11
  => 200 items[0].on_hand=12 items[0].value=13.00
admin GET /reports/stock?site=S1&product=TIM&as_known_on=2026-12-04
  => 200 items[0].on_hand=10 items[0].value=10.00
admin GET /reports/stock?site=S1&product=TIM&as_known_on=2026-12-06
  => 200 items[0].on_hand=6 items[0].value=6.00
admin GET /reports/stock?site=S1&product=TIM&as_known_on=2026-12-11
  => 200 items[0].on_hand=8 items[0].value=9.00
admin GET /reports/stock?as_of=yesterday => 422

admin GET /reports/stock_ledger?product=TIM => 200
  items[0].kind=adjustment items[0].on_hand=8 items[0].stock_value=13.00
  items[1].kind=receipt items[1].on_hand=12 items[1].stock_value=17.00
  items[2].kind=revaluation items[2].quantity=0 items[2].expense=1.00 items[2].on_hand=10
  items[2].stock_value=14.00
  items[3].kind=receipt items[3].on_hand=10 items[3].stock_value=10.00
admin GET /reports/stock_ledger?product=TIM&site=S1&until=2026-12-03
  => 200 items[0].kind=receipt items[0].on_hand=12 items[0].stock_value=17.00
admin GET /reports/stock_ledger => 422 code=required

manager POST /stock_moves/revalue {"receipt":$issue,"amount":"5.00","reason":"freight"}
  => 422 code=not_a_receipt field=receipt
manager POST /stock_moves/revalue {"receipt":$receipt,"amount":"0.00","reason":"freight"}
  => 422 code=amount_zero field=amount
manager POST /stock_moves/revalue {"receipt":$receipt,"amount":"1.00"} => 422 code=required field=reason
manager POST /stock_moves/revalue {"receipt":999999999,"amount":"1.00","reason":"freight"}
  => 422 code=unknown_reference field=receipt
cashier POST /stock_moves/revalue {"receipt":$receipt,"amount":"1.00","reason":"freight"}
  => 403 code=forbidden
# A rebate never makes goods worth less than nothing.
manager POST /stock_moves/revalue {"receipt":$receipt,"amount":"-50.00","reason":"rebate"}
  => 201 value=-13.00 moves[0].expense=-37.00
# Half sold: 3.33 / 2 = 1.665, half to the even cent.
admin POST /products {"code":"HALF","name":"Half sold","price":"9.00"} => 201
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[
  {"product":"HALF","quantity":"10","unit_cost":"1.00"}]} => 201 moves[0].id->$half
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"used","lines":[
  {"product":"HALF","quantity":"-5"}]} => 201
manager POST /stock_moves/revalue {"receipt":$half,"amount":"3.33","reason":"freight"}
  => 201 value=1.66 moves[0].expense=1.67
admin GET /reports/stock?product=HALF => 200 items[0].on_hand=5 items[0].value=6.66

# Received at the warehouse, half sent on, some of that sold: 4 of 10 there, 3 in the shop, 3 gone.
admin POST /products {"code":"WIDE","name":"Sent on","price":"9.00"} => 201
stock_clerk POST /stock_moves/receive {"site":"DC","lines":[
  {"product":"WIDE","quantity":"10","unit_cost":"1.00"}]} => 201 moves[0].id->$wide
stock_clerk POST /stock_moves/transfer {"from":"DC","to":"S2","arrive":true,"lines":[
  {"product":"WIDE","quantity":"2"}]} => 201
stock_clerk POST /stock_moves/transfer {"from":"DC","to":"S2","arrive":true,"lines":[
  {"product":"WIDE","quantity":"3"}]} => 201
stock_clerk POST /stock_moves/adjust {"site":"S2","reason":"used","lines":[
  {"product":"WIDE","quantity":"-2"}]} => 201
stock_clerk POST /stock_moves/adjust {"site":"DC","reason":"used","lines":[
  {"product":"WIDE","quantity":"-1"}]} => 201
# 7/10 of 1.01 is 0.707, 71 cents: 40.57 and 30.43 of them, the larger remainder gets the last one.
manager POST /stock_moves/revalue {"receipt":$wide,"amount":"1.01","reason":"freight"}
  => 201 value=0.71 moves#=2 moves[0].value=0.41 moves[0].expense=0.30 moves[1].value=0.30
  moves[1].expense=0.00
admin GET /reports/stock?product=WIDE => 200 items[0].on_hand=4 items[0].value=4.41
  items[1].on_hand=3 items[1].value=3.30
# By layers: the layer that the transfer made.
admin POST /products {"code":"DEEP","name":"Sent on","price":"9.00","costing":"fifo"} => 201
stock_clerk POST /stock_moves/receive {"site":"DC","lines":[
  {"product":"DEEP","quantity":"4","unit_cost":"1.00"}]} => 201 moves[0].id->$deep
stock_clerk POST /stock_moves/transfer {"from":"DC","to":"S2","arrive":true,"lines":[
  {"product":"DEEP","quantity":"4"}]} => 201
stock_clerk POST /stock_moves/adjust {"site":"S2","reason":"used","lines":[
  {"product":"DEEP","quantity":"-1"}]} => 201
manager POST /stock_moves/revalue {"receipt":$deep,"amount":"1.00","reason":"freight"}
  => 201 value=0.75 moves#=2 moves[0].value=0.75 moves[1].value=0.00 moves[1].expense=0.25
admin GET /reports/stock_layers?product=DEEP => 200 items[0].remaining=3 items[0].value_left=3.75
verify
