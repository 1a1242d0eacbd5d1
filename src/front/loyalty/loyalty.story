# Points: earned, redeemed oldest first, reversed exactly, owed, expired, adjusted. Always worth what the books say.
clock 2026-01-10T10:00:00Z
admin GET /loyalty_accounts?number=L1 => 200 items[0].balance=0 items[0].program.id->$program items[0].id->$account
admin PATCH /loyalty_programs/$program {"expiry_months":6} => 200
cashier POST /sales_orders/checkout {"site":"S1","customer":"C1","lines":[{"product":"BOOK","quantity":"1"}],
    "tenders":[{"kind":"card","amount":"20.00"}]} => 201 points_earned=20 points_balance=20 id->$january
clock 2026-03-10T10:00:00Z
cashier POST /sales_orders/checkout {"site":"S1","customer":"C1","lines":[{"product":"TEA","quantity":"3"}],
    "tenders":[{"kind":"card","amount":"30.00"}]} => 201 points_earned=30 points_balance=50 id->$march
verify
admin GET /loyalty_lots?account=$account&sale=$january => 200 items[0].points_left=20 items[0].expires_on="2026-07-10" items[0].value_left="0.20"
admin GET /loyalty_lots?account=$account&sale=$march => 200 items[0].points_left=30 items[0].expires_on="2026-09-10"
# Redeemed: the oldest first; what is paid with points earns none.
cashier POST /sales_orders/checkout {"site":"S1","customer":"C1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"points","amount":"0.51"},{"kind":"card","amount":"9.49"}]} => 409 code=points_not_enough field=tenders
cashier POST /sales_orders/checkout {"site":"S1","customer":"C1","lines":[{"product":"TEA","quantity":"1"}],
    "tenders":[{"kind":"points","amount":"0.25"},{"kind":"card","amount":"9.75"}]}
  => 201 points_redeemed=25 points_earned=9 points_balance=34 id->$mixed
admin GET /loyalty_lots?account=$account&sale=$january => 200 items[0].points_left=0
admin GET /loyalty_lots?account=$account&sale=$march => 200 items[0].points_left=25
admin GET /loyalty_lots?account=$account&sale=$mixed => 200 items[0].points_left=9
verify
# The return gives the redeemed points back and takes the earned ones, in proportion, at most what there was.
cashier POST /sales_orders/$mixed/return {"site":"S1","lines":[{"line":1,"quantity":"1"}],
    "tenders":[{"kind":"points","amount":"0.26"},{"kind":"card","amount":"9.74"}]} => 422 code=points_not_redeemed field=tenders
cashier POST /sales_orders/$mixed/return {"site":"S1","lines":[{"line":1,"quantity":"0.5"}],
    "tenders":[{"kind":"points","amount":"0.10"},{"kind":"card","amount":"4.90"}]}
  => 200 points_redeemed=-10 points_earned=-5 points_balance=39
cashier POST /sales_orders/$mixed/return {"site":"S1","lines":[{"line":1,"quantity":"0.5"}],
    "tenders":[{"kind":"points","amount":"0.16"},{"kind":"card","amount":"4.84"}]} => 422 code=points_not_redeemed
cashier POST /sales_orders/$mixed/return {"site":"S1","lines":[{"line":1,"quantity":"0.5"}],
    "tenders":[{"kind":"points","amount":"0.15"},{"kind":"card","amount":"4.85"}]}
  => 200 points_redeemed=-15 points_earned=-4 points_balance=50
verify
# Spent, and then the sale that earned them comes back: points are owed, and settled by the next ones.
cashier POST /sales_orders/checkout {"site":"S1","customer":"C1","lines":[{"product":"GIFT","quantity":"1"}],
    "tenders":[{"kind":"points","amount":"0.50"},{"kind":"card","amount":"4.50"}]} => 201 points_redeemed=50 points_earned=4 points_balance=4
cashier POST /sales_orders/$march/return {"site":"S1","lines":[{"line":1,"quantity":"3"}],"tenders":[{"kind":"card","amount":"30.00"}]}
  => 200 points_earned=-30 points_balance=-26
admin GET /loyalty_accounts/$account => 200 balance=-26 value="-0.26"
verify
cashier POST /sales_orders/checkout {"site":"S1","customer":"C1","lines":[{"product":"GIFT","quantity":"1"}],
    "tenders":[{"kind":"points","amount":"0.01"},{"kind":"card","amount":"4.99"}]} => 409 code=points_not_enough
cashier POST /sales_orders/checkout {"site":"S1","customer":"C1","lines":[{"product":"TEA","quantity":"2"}],
    "tenders":[{"kind":"card","amount":"20.00"}]} => 201 points_earned=20 points_balance=-6
cashier POST /sales_orders/checkout {"site":"S1","customer":"C1","lines":[{"product":"TEA","quantity":"2"}],
    "tenders":[{"kind":"card","amount":"20.00"}]} => 201 points_earned=20 points_balance=14
admin GET /loyalty_accounts/$account => 200 balance=14 value="0.14"
verify
# Expired: not to be spent any more, and taken away by the schedule.
clock 2026-09-11T10:00:00Z
cashier POST /sales_orders/checkout {"site":"S1","customer":"C1","lines":[{"product":"GIFT","quantity":"1"}],
    "tenders":[{"kind":"points","amount":"0.01"},{"kind":"card","amount":"4.99"}]} => 409 code=points_not_enough
cashier POST /loyalty_accounts/expire {} => 403 code=forbidden
admin POST /loyalty_accounts/expire {} => 200 lots=1 points=14 value="0.14" more=false
admin POST /loyalty_accounts/expire {} => 200 lots=0 points=0 more=false
admin GET /loyalty_accounts/$account => 200 balance=0 value="0.00"
admin GET /loyalty_entries?account=$account&kind=expire => 200 items[0].points=-14 items[0].value="-0.14"
verify
# By hand.
cashier POST /loyalty_accounts/$account/adjust {"points":10,"reason":"goodwill"} => 403 code=forbidden
admin POST /loyalty_accounts/$account/adjust {"points":10} => 422 code=required field=reason
admin POST /loyalty_accounts/$account/adjust {"points":0,"reason":"x"} => 422 code=not_positive field=points
admin POST /loyalty_accounts/$account/adjust {"points":10,"reason":"goodwill"} => 200 balance=10 value="0.10"
admin POST /loyalty_accounts/$account/adjust {"points":-11,"reason":"mistake"} => 409 code=points_not_enough field=points
admin DELETE /loyalty_accounts/$account => 409 code=account_not_empty
admin POST /loyalty_accounts/$account/adjust {"points":-10,"reason":"mistake"} => 200 balance=0 value="0.00"
verify
# The value of a point changes: lots keep theirs, the difference is what redeeming costs.
admin POST /loyalty_accounts/$account/adjust {"points":100,"reason":"x"} => 200 value="1.00"
admin PATCH /loyalty_programs/$program {"point_value":"0.02"} => 200
cashier POST /sales_orders/checkout {"site":"S1","customer":"C1","lines":[{"product":"GIFT","quantity":"1"}],
    "tenders":[{"kind":"points","amount":"1.01"},{"kind":"card","amount":"3.99"}]} => 201 points_redeemed=51 points_earned=3 points_balance=52
admin GET /loyalty_accounts/$account => 200 balance=52 value="0.55"
verify
# An inactive programme gives no more; nothing is lost.
admin PATCH /loyalty_programs/$program {"active":false} => 200
cashier POST /sales_orders/checkout {"site":"S1","customer":"C1","lines":[{"product":"GIFT","quantity":"1"}],
    "tenders":[{"kind":"card","amount":"5.00"}]} => 201 points_earned=0 points_balance=52
# Points without a value cannot pay.
admin PATCH /loyalty_programs/$program {"point_value":"0"} => 200
cashier POST /sales_orders/checkout {"site":"S1","customer":"C1","lines":[{"product":"GIFT","quantity":"1"}],
    "tenders":[{"kind":"points","amount":"1.00"},{"kind":"card","amount":"4.00"}]} => 422 code=points_worthless
admin GET /reports/points_liability => 200 items[0].points=52 items[0].value="0.55"
# Accounts.
admin POST /parties {"code":"C7","name":"Ana"} => 201 id->$ana
admin POST /loyalty_accounts {"party":"C7","program":$program} => 201 number! balance=0
admin POST /loyalty_accounts {"party":"C7","program":$program,"number":"L9"} => 409 code=taken
admin POST /loyalty_accounts {"party":"C7"} => 422 code=required field=program
admin POST /loyalty_accounts {"party":"C7","program":$program,"balance":5} => 422 code=read_only field=balance
verify
