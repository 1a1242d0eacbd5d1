# Statements beside another span, accounts under their headings, and sub-ledgers against their accounts.
accountant POST /journal_entries {"posted_on":"2026-01-31","kind":"opening","lines":[
  {"account":"1020","debit":"1000.00"},{"account":"3000","credit":"1000.00"}]} => 201
cashier POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[{"product":"MUG","quantity":"2"}],
  "tenders":[{"kind":"card","amount":"24.20"}]} => 201
# A balance sheet's previous period is a month before, its previous year a year before, at the month's end.
accountant GET /reports/balance_sheet?as_of=2026-03-31&compare=previous_period => 200
  items[4].code=1030 items[4].compare=0.00 items[3].code=1020 items[3].compare=1000.00
accountant GET /reports/balance_sheet?as_of=2026-02-28&compare=previous_period => 200 items[1].code=1020 items[1].amount=1000.00 items[1].compare=1000.00
accountant GET /reports/balance_sheet?as_of=2026-02-27&compare=previous_period => 200 items[1].compare=0.00
accountant GET /reports/balance_sheet?as_of=2026-03-31&compare=previous_year => 200 items[3].code=1020 items[3].compare=0.00
accountant GET /reports/balance_sheet?as_of=2026-03-31&compare=2026-01-01..2026-02-01 => 200 items[3].code=1020 items[3].compare=1000.00
accountant GET /reports/balance_sheet?compare=yesterday => 422 code=bad_date field=compare
accountant GET /reports/balance_sheet?compare=2026-01-01..x => 422 code=bad_date field=compare
# Profit and loss: whole months move by months, other spans by days.
clock 2026-04-10T09:00:00Z
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}],"tenders":[{"kind":"card","amount":"20.00"}]} => 201
accountant GET /reports/profit_and_loss?from=2026-04-01&to=2026-04-30&compare=previous_period => 200
  items[0].code=4000 items[0].amount=20.00 items[0].compare=20.00 items[1].row=total items[1].compare=20.00
  items[3].code=5000 items[3].amount=12.00 items[3].compare=10.00
accountant GET /reports/profit_and_loss?from=2026-04-10&to=2026-04-10&compare=previous_period => 200 items[0].amount=20.00 items[0].compare=0.00
accountant GET /reports/profit_and_loss?from=2026-04-10&to=2026-04-10&compare=2026-03-02 => 200 items[0].compare=20.00
accountant GET /reports/profit_and_loss?from=2026-04-10&to=2026-04-10&compare=2026-03-01..2026-04-09 => 200 items[0].compare=20.00
accountant GET /reports/profit_and_loss?from=2026-04-01&to=2026-04-30&compare=previous_year => 200 items[0].amount=20.00 items[0].compare=0.00
accountant GET /reports/profit_and_loss?from=2026-04-01&to=2026-04-30 => 200 items[0].compare=null tie_out.difference=0.00
# Days in the wrong order have no figures.
accountant GET /reports/profit_and_loss?from=2026-04-30&to=2026-04-01 => 422 code=dates_backwards field=to
accountant GET /reports/profit_and_loss?from=2026-04-11 => 422 code=dates_backwards field=to
accountant GET /reports/profit_and_loss?from=2026-04-10&to=2026-04-10&compare=2026-03-09..2026-03-01 => 422 code=dates_backwards field=compare
accountant GET /reports/general_ledger?account=1020&from=2026-04-30&to=2026-04-01 => 422 code=dates_backwards field=to
accountant GET /reports/general_ledger?account=1020&from=2026-04-11 => 422 code=dates_backwards field=to
accountant GET /reports/trial_balance?from=2026-04-30&as_of=2026-04-01 => 422 code=dates_backwards field=as_of
accountant GET /reports/trial_balance?from=2026-04-11 => 422 code=dates_backwards field=to
accountant GET /reports/sales_by_day?from=2026-04-30&to=2026-04-01 => 422 code=dates_backwards field=to
accountant GET /reports/profit_and_loss?from=2026-04-10&to=2026-04-10 => 200
# The trial balance as a tree: headings hold the sum of what stands under them.
accountant GET /reports/trial_balance?tree=true => 200
  items[0].row=heading items[0].code=10 items[0].level=1 items[0].balance=1044.20 items[1].row=account items[1].code=1000 items[1].level=2
  tie_out.difference=0.00
accountant GET /reports/trial_balance?compare=previous_period => 200 items[2].code=1020 items[2].balance=1000.00 items[2].compare=1000.00
  items[0].row=account items[0].level=1
accountant GET /reports/trial_balance?tree=true&compare=2026-01-01 => 200 items[0].compare=0.00
# Sub-ledgers agree with their accounts.
admin GET /parties?code=C1 => 200 items[0].id->$ana
accountant PATCH /parties/$ana {"credit_limit":"100.00"} => 200
cashier POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"account","amount":"10.00"}]} => 201
sales POST /sales_orders {"site":"S1","customer":"C1","lines":[{"product":"TEA","quantity":"1"}]} => 201 id->$order
sales POST /sales_orders/$order/place {} => 200
sales POST /sales_orders/$order/pay {"tenders":[{"kind":"card","amount":"4.00"}]} => 200
accountant GET /reports/control_accounts => 200 items#=5
  items[0].proof=cash items[0].ledger=200.00 items[0].difference=0.00
  items[1].proof=stock items[1].sub_ledger=744.00 items[1].difference=0.00
  items[2].proof=receivable items[2].ledger=10.00 items[2].sub_ledger=10.00 items[2].difference=0.00
  items[3].proof=deposits items[3].ledger=4.00 items[3].difference=0.00
  items[4].proof=points items[4].sub_ledger! items[4].difference=0.00 tie_out.difference=0.00
accountant GET /reports/control_accounts?site=S2 => 200 items#=2 items[0].ledger=100.00 items[1].ledger=0.00 tie_out.difference=0.00
accountant@S2 GET /reports/control_accounts => 200 items#=2 items[0].sub_ledger=100.00
cashier GET /reports/control_accounts => 403 code=forbidden
verify
