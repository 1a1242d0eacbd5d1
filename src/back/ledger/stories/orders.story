# Orders that are paid ahead, handed over or cancelled.
sales POST /sales_orders {"site":"S1","channel":"phone","customer":"C1","lines":[{"product":"MUG","quantity":"2"}]}
  => 201 total=24.20 id->$o
sales POST /sales_orders/$o/place {} => 200 number->$number
accountant GET /journal_entries?source=$o => 200 items#=0
cashier POST /sales_orders/$o/pay {"till":"T1","tenders":[{"kind":"cash","amount":"10.00"}]} => 200 paid=10.00
accountant GET /reports/trial_balance?account=2200 => 200 items[0].balance=-10.00
accountant GET /reports/trial_balance?account=1000&site=S1 => 200 items[0].balance=110.00
accountant GET /reports/open_balances?party=C1 => 200 items[0].account.code=2200 items[0].balance=-10.00
accountant GET /reports/trial_balance?account=4000 => 200 items#=0
verify
sales POST /sales_orders/$o/hand_over {} => 409 code=order_not_paid
sales POST /sales_orders/$o/pay {"tenders":[{"kind":"card","amount":"14.20"}]} => 200
accountant GET /reports/trial_balance?account=2200 => 200 items[0].balance=-24.20
sales POST /sales_orders/$o/hand_over {} => 200 state=done
accountant GET /reports/trial_balance?account=2200 => 200 items[0].balance=0.00
accountant GET /reports/trial_balance?account=4000 => 200 items[0].balance=-20.00
accountant GET /reports/trial_balance?account=2100 => 200 items[0].balance=-4.20
accountant GET /reports/trial_balance?account=5000 => 200 items[0].balance=10.00
accountant GET /reports/general_ledger?account=4000 => 200 items[1].number=$number items[1].source=$o
accountant GET /reports/open_balances => 200 items#=0
verify

# Cancelled: everything goes back by the tender it came with.
sales POST /sales_orders {"site":"S1","channel":"phone","customer":"C1","lines":[{"product":"TEA","quantity":"1"}]}
  => 201 id->$c
sales POST /sales_orders/$c/place {} => 200
sales POST /sales_orders/$c/pay {"tenders":[{"kind":"card","amount":"4.00"}]} => 200
cashier POST /sales_orders/$c/pay {"till":"T1","tenders":[{"kind":"cash","amount":"6.00"}]} => 200 paid=10.00
accountant GET /reports/trial_balance?account=2200 => 200 items[0].balance=-10.00
manager POST /sales_orders/$c/cancel {"till":"T1","reason":"changed their mind"} => 200 state=cancelled paid=0.00
accountant GET /reports/trial_balance?account=2200 => 200 items[0].balance=0.00
accountant GET /reports/trial_balance?account=1030 => 200 items[0].balance=14.20
accountant GET /reports/trial_balance?account=1000&site=S1 => 200 items[0].balance=110.00
accountant GET /reports/trial_balance?account=4000 => 200 items[0].balance=-20.00
verify
# Points that pay ahead leave the liability at once, come back when it is cancelled, and earn nothing at hand-over.
accountant GET /reports/trial_balance?account=2400 => 200 items[0].balance=-0.24
sales POST /sales_orders {"site":"S1","channel":"phone","customer":"C1","lines":[{"product":"TEA","quantity":"1"}]}
  => 201 id->$p
sales POST /sales_orders/$p/place {} => 200
sales POST /sales_orders/$p/pay {"tenders":[{"kind":"points","amount":"0.24"},{"kind":"card","amount":"9.76"}]} => 200
accountant GET /reports/trial_balance?account=2400 => 200 items[0].balance=0.00
accountant GET /reports/trial_balance?account=2200 => 200 items[0].balance=-10.00
accountant GET /reports/trial_balance?account=5200 => 200 items[0].balance=0.24
verify
manager POST /sales_orders/$p/cancel {"reason":"changed their mind"} => 200
accountant GET /reports/trial_balance?account=2400 => 200 items[0].balance=-0.24
accountant GET /reports/trial_balance?account=5200 => 200 items[0].balance=0.24
sales POST /sales_orders {"site":"S1","channel":"phone","customer":"C1","lines":[{"product":"TEA","quantity":"1"}]}
  => 201 id->$q
sales POST /sales_orders/$q/place {} => 200
sales POST /sales_orders/$q/pay {"tenders":[{"kind":"points","amount":"0.24"},{"kind":"card","amount":"9.76"}]} => 200
sales POST /sales_orders/$q/hand_over {} => 200
accountant GET /reports/trial_balance?account=2400 => 200 items[0].balance=-0.09
accountant GET /reports/trial_balance?account=5200 => 200 items[0].balance=0.33
accountant GET /reports/trial_balance?account=2200 => 200 items[0].balance=0.00
verify

# Draft or unpaid: nothing to book.
sales POST /sales_orders {"site":"S1","channel":"phone","lines":[{"product":"TEA","quantity":"1"}]} => 201 id->$d
manager POST /sales_orders/$d/cancel {"reason":"mistake"} => 200
accountant GET /journal_entries?source=$d => 200 items#=0
verify

# The web shop sells what lies in the distribution centre: revenue and cost are the web shop's, the goods leave the
# centre, and what one owes the other stands between the sites.
stock_clerk POST /stock_moves/receive {"site":"DC","lines":[{"product":"TEA","quantity":"10","unit_cost":"4.00"}]} => 201
admin POST /sites {"code":"WEB","name":"Web shop","kind":"web","stock_site":"DC","currency":"EUR",
  "time_zone":"Europe/Madrid"} => 201
sales POST /sales_orders/checkout {"site":"WEB","lines":[{"product":"TEA","quantity":"2"}],
  "tenders":[{"kind":"card","amount":"20.00"}]} => 201
accountant GET /reports/trial_balance?account=4000&site=WEB => 200 items[0].balance=-18.18
accountant GET /reports/trial_balance?account=5000&site=WEB => 200 items[0].balance=8.00
accountant GET /reports/trial_balance?account=5000&site=DC => 200 items#=0
accountant GET /reports/trial_balance?account=1200&site=DC => 200 items[0].balance=32.00
accountant GET /reports/trial_balance?account=1900&site=DC => 200 items[0].balance=8.00
accountant GET /reports/trial_balance?account=1900&site=WEB => 200 items[0].balance=-8.00
accountant GET /reports/profit_and_loss?site=WEB => 200 tie_out.income=18.18 tie_out.expense=8.00
  tie_out.result=10.18 tie_out.difference=0.00
accountant GET /reports/balance_sheet?site=DC => 200 tie_out.assets=40.00 tie_out.difference=0.00
verify
