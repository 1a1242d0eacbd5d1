# What is sold out: only what was wanted lately and has nothing available, kept as shelves get empty and full.
admin GET /reports/stock_outs => 200 items#=0
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"9"}],"tenders":[{"kind":"card","amount":"180.00"}]} => 201 id->$sale
admin GET /reports/stock_outs => 200 items#=0
verify
# Held for an order counts as gone.
sales POST /sales_orders {"site":"S1","customer":"C1","lines":[{"product":"BOOK","quantity":"1"}]} => 201 id->$order
sales POST /sales_orders/$order/place {} => 200
admin GET /reports/stock_outs => 200 items#=1 items[0].product.code="BOOK" items[0].site.code="S1" items[0].on_hand="1" items[0].reserved="1" items[0].since!
cashier@S2 GET /reports/stock_outs => 200 items#=0
cashier@S1 GET /reports/stock_outs?site=S1&days=1 => 200 items#=1
verify
sales POST /sales_orders/$order/pay {"tenders":[{"kind":"card","amount":"20.00"}]} => 200
sales POST /sales_orders/$order/hand_over {} => 200
admin GET /reports/stock_outs => 200 items#=1 items[0].on_hand="0" items[0].reserved="0"
verify
# Goods that come back, or in, end it.
cashier POST /sales_orders/$sale/return {"till":"T1","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"card","amount":"20.00"}]} => 200
admin GET /reports/stock_outs => 200 items#=0
verify
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}],"tenders":[{"kind":"card","amount":"20.00"}]} => 201
admin GET /reports/stock_outs => 200 items#=1
admin GET /products?code=BOOK => 200 items[0].id->$book
admin PATCH /products/$book {"no_sale":true} => 200
admin GET /reports/stock_outs => 200 items#=0
admin PATCH /products/$book {"no_sale":false} => 200
# A loss of what nobody buys is not missed.
admin POST /stock_moves/receive {"site":"S2","lines":[{"product":"TEA","quantity":"3","unit_cost":"4.00"}]} => 201
stock_clerk POST /stock_moves/adjust {"site":"S2","reason":"broken","lines":[{"product":"TEA","quantity":"-3"}]} => 201
admin GET /reports/stock_outs => 200 items#=1 items[0].product.code="BOOK"
verify
# A month later nobody has asked for it.
clock 2026-04-05T09:00:00Z
admin GET /reports/stock_outs => 200 items#=0
admin GET /reports/stock_outs?days=60 => 200 items#=1
admin GET /reports/stock_outs?days=0 => 422 code=not_positive field=days
verify
# Below zero, where that is allowed: still sold out, still wanted.
admin GET /places?code=S1 => 200 items[0].id->$place
admin PATCH /places/$place {"allow_negative":true} => 200
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"2"}],"tenders":[{"kind":"card","amount":"40.00"}]} => 201
admin GET /reports/stock_outs => 200 items#=1 items[0].on_hand="-2" items[0].since~2026-03-02
verify
