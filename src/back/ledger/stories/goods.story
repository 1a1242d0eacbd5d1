# Movements of goods, points that expire, and the cash of tills.
admin POST /parties {"code":"SUP","name":"Supplier","kind":"organisation","is_supplier":true} => 201
stock_clerk POST /stock_moves/receive {"site":"S1","supplier":"SUP","reference":"DN 7","lines":[
  {"product":"TEA","quantity":"100","unit_cost":"5.00"}]} => 201
accountant GET /reports/trial_balance?account=1200 => 200 items[0].balance=1270.00
accountant GET /reports/trial_balance?account=2000 => 200 items[0].balance=-1270.00
accountant GET /reports/open_balances?party=SUP => 200 items[0].account.code=2000 items[0].balance=-500.00
verify

# Adjusted and counted: what is lost is an expense, what is found lowers it. TEA is worth 4.50 now.
stock_clerk POST /stock_moves/adjust {"site":"S1","reason":"broken","lines":[{"product":"TEA","quantity":"-2"}]}
  => 201 value=-9.00
accountant GET /reports/trial_balance?account=5100 => 200 items[0].balance=9.00
stock_clerk POST /stock_moves/count {"site":"S1","lines":[{"product":"TEA","counted":"199"},
  {"product":"MUG","counted":"49"}]} => 201
accountant GET /reports/trial_balance?account=5100 => 200 items[0].balance=9.50
accountant GET /reports/general_ledger?account=5100 => 200 items[1].source_entity=stock_move
  items[2].source_entity=stock_count items[2].debit=0.50
verify

# On the way to another shop: the goods stand on the transit account of the site that expects them.
stock_clerk POST /stock_moves/transfer {"from":"S1","to":"S2","lines":[{"product":"MUG","quantity":"4"}]}
  => 201 value=20.00 transfer.id->$t
accountant GET /reports/trial_balance?account=1210&site=S2 => 200 items[0].balance=20.00
accountant GET /reports/trial_balance?account=1900&site=S1 => 200 items[0].balance=20.00
accountant GET /reports/trial_balance?account=1900&site=S2 => 200 items[0].balance=-20.00
accountant GET /reports/trial_balance?site=S1 => 200 tie_out.difference=0.00
accountant GET /reports/trial_balance?site=S2 => 200 tie_out.difference=0.00
verify
stock_clerk POST /stock_transfers/$t/receive {"lines":[{"product":"MUG","quantity":"3"}]} => 200
accountant GET /reports/trial_balance?account=1210&site=S2 => 200 items[0].balance=5.00
accountant GET /reports/trial_balance?account=1200&site=S2 => 200 items[0].balance=15.00
stock_clerk POST /stock_transfers/$t/cancel {"reason":"lost and found"} => 200
accountant GET /reports/trial_balance?account=1210 => 200 items[0].balance=0.00
accountant GET /reports/trial_balance?account=1900&site=S1 => 200 items[0].balance=15.00
verify

# A late cost for goods of which half are gone: half raises the stock, half is an expense.
admin POST /products {"code":"RUM","name":"Rum","price":"10.00"} => 201
stock_clerk POST /stock_moves/receive {"site":"S1","lines":[{"product":"RUM","quantity":"10","unit_cost":"6.00"}]}
  => 201 moves[0].id->$receipt
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"RUM","quantity":"5"}],
  "tenders":[{"kind":"card","amount":"50.00"}]} => 201
accountant GET /reports/trial_balance?account=5000 => 200 items[0].balance=30.00
accountant GET /reports/trial_balance?account=2000 => 200 items[0].balance=-1330.00
buyer POST /stock_moves/revalue {"receipt":$receipt,"amount":"8.00","reason":"freight"} => 201
accountant GET /reports/trial_balance?account=5000 => 200 items[0].balance=34.00
accountant GET /reports/trial_balance?account=2000 => 200 items[0].balance=-1338.00
verify

# Cash put in and taken out, and the difference at closing.
cashier POST /tills/$t1/cash_in {"amount":"50.00","reason":"change"} => 200
accountant GET /reports/trial_balance?account=1000&site=S1 => 200 items[0].balance=150.00
accountant GET /reports/trial_balance?account=1010&site=S1 => 200 items[0].balance=-150.00
cashier POST /tills/$t1/cash_out {"amount":"30.00","reason":"to the bank"} => 200
accountant GET /reports/trial_balance?account=1000&site=S1 => 200 items[0].balance=120.00
cashier POST /tills/$t1/close {"counted":"119.50"} => 200 cash_difference=-0.50
accountant GET /reports/trial_balance?account=5300 => 200 items[0].balance=0.50
accountant GET /reports/trial_balance?account=1000&site=S1 => 200 items[0].balance=119.50
verify
# The next float is less than what was left: the rest went to the bank.
cashier POST /tills/$t1/open {"float":"100.00"} => 200
accountant GET /reports/trial_balance?account=1000&site=S1 => 200 items[0].balance=100.00
accountant GET /reports/trial_balance?account=1010&site=S1 => 200 items[0].balance=-100.50
cashier POST /tills/$t1/close {"counted":"101.00"} => 200 cash_difference=1.00
accountant GET /reports/trial_balance?account=5300 => 200 items[0].balance=-0.50
# The same float again: nothing to book.
cashier POST /tills/$t1/open {"float":"101.00"} => 200
accountant GET /reports/trial_balance?account=1010&site=S1 => 200 items[0].balance=-100.50
verify

# Points that expire are income.
admin GET /loyalty_programs => 200 items[0].id->$program
admin PATCH /loyalty_programs/$program {"expiry_months":12} => 200
cashier POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[{"product":"BOOK","quantity":"1"}],
  "tenders":[{"kind":"card","amount":"20.00"}]} => 201 points_earned=20
accountant GET /reports/trial_balance?account=2400 => 200 items[0].balance=-0.20
clock 2027-03-04T10:00:00Z
admin POST /loyalty_accounts/expire {} => 200
accountant GET /reports/trial_balance?account=2400 => 200 items[0].balance=0.00
accountant GET /reports/trial_balance?account=4200 => 200 items[0].balance=-0.20
verify
