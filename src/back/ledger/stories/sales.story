# Each sale's debits and credits, computed by hand. balance = debits - credits.
# TEA 10.00 is 9.09 + 0.91 at 10 %; MUG 12.10 is 10.00 + 2.10 at 21 %; BOOK 20.00 has no tax.
accountant GET /reports/trial_balance => 200 tie_out.difference=0.00
accountant GET /reports/trial_balance?account=1200 => 200 items[0].balance=770.00
accountant GET /reports/trial_balance?account=2000 => 200 items[0].balance=-770.00
accountant GET /reports/trial_balance?account=1000 => 200 items[0].balance=200.00
accountant GET /reports/trial_balance?account=1010 => 200 items[0].balance=-200.00

# Cash with change: what is kept is booked.
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"2"}],
  "tenders":[{"kind":"cash","amount":"50.00"}]} => 201 change=30.00 id->$first
accountant GET /reports/trial_balance?account=1000&site=S1 => 200 items[0].balance=120.00
accountant GET /reports/trial_balance?account=4000 => 200 items[0].balance=-18.18
accountant GET /reports/trial_balance?account=2100 => 200 items[0].balance=-1.82
accountant GET /reports/trial_balance?account=5000 => 200 items[0].balance=8.00
accountant GET /reports/trial_balance?account=1200 => 200 items[0].balance=762.00
accountant GET /journal_entries?source=$first => 200 items#=1 items[0].total=28.00 items[0].id->$entry
accountant GET /journal_entries/$entry => 200 lines#=5
accountant GET /reports/general_ledger?account=1000&site=S1 => 200 items#=3
  items[0].balance=0.00 items[1].debit=100.00 items[1].source_entity=till_session
  items[2].debit=20.00 items[2].credit=0.00 items[2].balance=120.00 items[2].number=T1-000001
  items[2].kind=automatic items[2].source_entity=sales_order items[2].source=$first items[2].entry.id=$entry
  tie_out.opening=0.00 tie_out.debit=120.00 tie_out.credit=0.00 tie_out.closing=120.00 tie_out.difference=0.00
verify

# Split tender: 20.00 by card, the rest of 32.10 in cash with 2.90 back.
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"MUG","quantity":"1"},
  {"product":"BOOK","quantity":"1"}],"tenders":[{"kind":"card","amount":"20.00"},
  {"kind":"cash","amount":"15.00"}]} => 201 total=32.10 change=2.90 id->$split
accountant GET /reports/trial_balance?account=1030 => 200 items[0].balance=20.00
accountant GET /reports/trial_balance?account=1000&site=S1 => 200 items[0].balance=132.10
accountant GET /reports/trial_balance?account=4000 => 200 items[0].balance=-48.18
accountant GET /reports/trial_balance?account=2100 => 200 items[0].balance=-3.92
accountant GET /reports/trial_balance?account=5000 => 200 items[0].balance=25.00
accountant GET /reports/trial_balance?account=1200 => 200 items[0].balance=745.00

# A service has no cost. 5.00 is 4.13 + 0.87.
cashier POST /sales_orders/checkout {"till":"T2","lines":[{"product":"GIFT","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"5.00"}]} => 201 id->$gift
accountant GET /journal_entries?source=$gift => 200 items[0].total=5.00 items[0].site.code=S2
accountant GET /reports/trial_balance?account=4000&site=S2 => 200 items[0].balance=-4.13
accountant GET /reports/trial_balance?account=2100&site=S2 => 200 items[0].balance=-0.87
accountant GET /reports/trial_balance?account=5000 => 200 items[0].balance=25.00
verify

# Cash rounding to 5 cents: 9.98 is paid with 10.00, 9.97 with 9.95.
admin GET /companies => 200 items[0].id->$company
admin PATCH /companies/$company {"cash_step":5} => 200
admin POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1","price":"9.98"}],
  "tenders":[{"kind":"cash","amount":"10.00"}]} => 201 total=9.98 rounding=0.02 paid=10.00
accountant GET /reports/trial_balance?account=5400 => 200 items[0].balance=-0.02
accountant GET /reports/trial_balance?account=1000&site=S1 => 200 items[0].balance=142.10
admin POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1","price":"9.97"}],
  "tenders":[{"kind":"cash","amount":"20.00"}]} => 201 total=9.97 rounding=-0.02 paid=9.95 change=10.05
accountant GET /reports/trial_balance?account=5400 => 200 items[0].balance=0.00
  items[0].debit=0.02 items[0].credit=0.02
accountant GET /reports/trial_balance?account=1000&site=S1 => 200 items[0].balance=152.05
# 9.07 + 0.91 and 9.06 + 0.91
accountant GET /reports/trial_balance?account=4000&site=S1 => 200 items[0].balance=-66.31
accountant GET /reports/trial_balance?account=2100&site=S1 => 200 items[0].balance=-5.74
admin PATCH /companies/$company {"cash_step":0} => 200
verify

# Points: 20.00 by card earn 20 points worth 0.20; they pay for part of the next one, which earns 19.
cashier POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[{"product":"BOOK","quantity":"1"}],
  "tenders":[{"kind":"card","amount":"20.00"}]} => 201 points_earned=20 id->$points
accountant GET /reports/trial_balance?account=2400 => 200 items[0].balance=-0.20
accountant GET /reports/trial_balance?account=5200 => 200 items[0].balance=0.20
accountant GET /journal_entries?source=$points => 200 items#=1
cashier POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[{"product":"BOOK","quantity":"1"}],
  "tenders":[{"kind":"points","amount":"0.20"},{"kind":"card","amount":"19.80"}]}
  => 201 points_redeemed=20 points_earned=19 points_balance=19 id->$redeemed
accountant GET /reports/trial_balance?account=2400 => 200 items[0].balance=-0.19
  items[0].debit=0.01 items[0].credit=0.20
accountant GET /reports/trial_balance?account=5200 => 200 items[0].balance=0.39
accountant GET /reports/trial_balance?account=1030 => 200 items[0].balance=59.80
verify
# The return takes the 19 points back and gives the 20 that paid again.
cashier POST /sales_orders/$redeemed/return {"till":"T1","reason":"unwanted","lines":[{"line":1,"quantity":"1"}],
  "tenders":[{"kind":"points","amount":"0.20"},{"kind":"card","amount":"19.80"}]} => 200
accountant GET /reports/trial_balance?account=2400 => 200 items[0].balance=-0.20
accountant GET /reports/trial_balance?account=5200 => 200 items[0].balance=0.20
accountant GET /reports/trial_balance?account=1030 => 200 items[0].balance=40.00
accountant GET /reports/trial_balance?account=4100 => 200 items[0].balance=20.00
verify

# On account: the receivable has the customer, and a payment settles it.
admin GET /parties?code=C1 => 200 items[0].id->$c1
admin PATCH /parties/$c1 {"credit_limit":"100.00"} => 200
cashier POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[{"product":"MUG","quantity":"2"}],
  "tenders":[{"kind":"account","amount":"24.20"}]} => 201
accountant GET /reports/trial_balance?account=1100 => 200 items[0].balance=24.20
accountant GET /reports/open_balances?party=C1 => 200 items#=1 items[0].account.code=1100
  items[0].party.code=C1 items[0].balance=24.20
accountant GET /reports/general_ledger?account=1100 => 200 items[1].party.code=C1
cashier POST /customer_payments/receive {"customer":"C1","kind":"cash","amount":"10.00","till":"T1"} => 201
accountant GET /reports/open_balances?party=C1 => 200 items[0].balance=14.20 items[0].credit=10.00
accountant GET /reports/trial_balance?account=1000&site=S1 => 200 items[0].balance=162.05
sales POST /customer_payments/receive {"customer":"C1","kind":"transfer","amount":"14.20","site":"S1"} => 201
accountant GET /reports/open_balances?party=C1 => 200 items#=0
accountant GET /reports/trial_balance?account=1020 => 200 items[0].balance=14.20
accountant GET /reports/trial_balance?account=1100 => 200 items[0].balance=0.00
verify

# A return in another shop: there the money goes out, the goods come in, revenue falls.
cashier POST /sales_orders/$split/return {"till":"T2","reason":"broken","lines":[{"line":1,"quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"12.10"}]} => 200
accountant GET /reports/trial_balance?account=4100&site=S2 => 200 items[0].balance=10.00
accountant GET /reports/trial_balance?account=2100&site=S2 => 200 items[0].balance=1.23
accountant GET /reports/trial_balance?account=1000&site=S2 => 200 items[0].balance=92.90
accountant GET /reports/trial_balance?account=1200&site=S2 => 200 items[0].balance=5.00
accountant GET /reports/trial_balance?account=5000&site=S2 => 200 items[0].balance=-5.00
accountant GET /reports/trial_balance?account=1900 => 200 items#=0
# A product with an account of its own returns to that account.
accountant POST /accounts {"code":"4300","name":"Tea sold","kind":"income"} => 201
admin GET /products?code=TEA => 200 items[0].id->$tea
admin PATCH /products/$tea {"revenue_account":"4300"} => 200
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"3"}],
  "tenders":[{"kind":"cash","amount":"30.00"}]} => 201 net=27.27 tax=2.73 id->$three
cashier POST /sales_orders/$three/return {"till":"T1","reason":"stale","lines":[{"line":1,"quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"10.00"}]} => 200
accountant GET /reports/trial_balance?account=4300 => 200 items[0].debit=9.09 items[0].credit=27.27
verify
# Without receipt
manager POST /sales_orders/return_without_receipt {"till":"T1","reason":"gift","lines":[{"product":"MUG","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"12.10"}]} => 201
accountant GET /reports/trial_balance?account=4100&site=S1 => 200 items[0].balance=30.00
verify
accountant GET /reports/trial_balance => 200 tie_out.opening=0.00 tie_out.difference=0.00
