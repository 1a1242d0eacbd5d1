# Days inside a month, locked months, and closed years.
accountant POST /journal_entries {"posted_on":"2026-01-31","memo":"January","lines":[
  {"account":"6000","debit":"100.00"},{"account":"1020","credit":"100.00"}]} => 201
accountant POST /journal_entries {"posted_on":"2026-02-10","memo":"February","lines":[
  {"account":"6000","debit":"10.00"},{"account":"1020","credit":"10.00"}]} => 201
accountant POST /journal_entries {"posted_on":"2026-02-20","memo":"February again","lines":[
  {"account":"6000","debit":"1.00"},{"account":"1020","credit":"1.00"}]} => 201
accountant POST /journal_entries {"posted_on":"2026-03-15","memo":"Ahead","lines":[
  {"account":"6000","debit":"0.50"},{"account":"1020","credit":"0.50"}]} => 201

# The balance on every sort of day: before, on, between, after; first and last of a month.
accountant GET /reports/trial_balance?account=6000&as_of=2026-01-30 => 200 items#=0
accountant GET /reports/trial_balance?account=6000&as_of=2026-01-31 => 200 items[0].balance=100.00
accountant GET /reports/trial_balance?account=6000&as_of=2026-02-01 => 200 items[0].balance=100.00
accountant GET /reports/trial_balance?account=6000&as_of=2026-02-09 => 200 items[0].balance=100.00
accountant GET /reports/trial_balance?account=6000&as_of=2026-02-10 => 200 items[0].balance=110.00
accountant GET /reports/trial_balance?account=6000&as_of=2026-02-19 => 200 items[0].balance=110.00
accountant GET /reports/trial_balance?account=6000&as_of=2026-02-20 => 200 items[0].balance=111.00
accountant GET /reports/trial_balance?account=6000&as_of=2026-02-28 => 200 items[0].balance=111.00
accountant GET /reports/trial_balance?account=6000 => 200 items[0].balance=111.00
accountant GET /reports/trial_balance?account=6000&as_of=2026-03-14 => 200 items[0].balance=111.00
accountant GET /reports/trial_balance?account=6000&as_of=2026-03-15 => 200 items[0].balance=111.50
accountant GET /reports/trial_balance?account=6000&as_of=2030-01-01 => 200 items[0].balance=111.50
accountant GET /reports/trial_balance?account=6000&as_of=1999-01-01 => 200 items#=0
accountant GET /reports/trial_balance?account=6000&from=2026-02-01&as_of=2026-02-28 => 200
  items[0].opening=100.00 items[0].debit=11.00 items[0].credit=0.00 items[0].balance=111.00
accountant GET /reports/trial_balance?account=6000&from=2026-02-11&as_of=2026-03-31 => 200
  items[0].opening=110.00 items[0].debit=1.50
accountant GET /reports/trial_balance?from=2026-02-11&as_of=2026-02-25 => 200
  tie_out.opening=0.00 tie_out.debit=1.00 tie_out.credit=1.00 tie_out.difference=0.00
accountant GET /reports/general_ledger?account=6000&from=2026-02-01&to=2026-02-28 => 200 items#=3
  items[0].balance=100.00 items[1].posted_on=2026-02-10 items[1].balance=110.00 items[1].number=000002
  items[2].balance=111.00 items[2].memo="February again" items[2].kind=manual items[2].source_entity=null
  tie_out.closing=111.00 tie_out.difference=0.00
accountant GET /reports/general_ledger?account=6000&from=2026-02-15&to=2026-02-19 => 200 items#=1
  items[0].balance=110.00 tie_out.difference=0.00
accountant GET /reports/general_ledger => 422 code=required field=account
accountant GET /reports/general_ledger?account=nothing => 422 code=unknown_reference
accountant GET /reports/account_balances?account=6000 => 200 items#=3 items[0].period=2026-01
  items[0].debit=100.00 items[1].period=2026-02 items[1].debit=11.00 items[1].change=11.00
  items[2].period=2026-03 items[2].debit=0.50
accountant GET /reports/account_balances?account=6000&from=2026-02-01&to=2026-02-28 => 200 items#=1
accountant GET /reports/profit_and_loss?from=2026-02-01&to=2026-02-28 => 200 tie_out.expense=11.00
  tie_out.result=-11.00 tie_out.net_assets=-11.00 tie_out.difference=0.00
cashier GET /reports/trial_balance => 403 code=forbidden

# A locked month takes no manual entries and shows what it showed.
accountant GET /fiscal_periods?code=2026-02 => 200 items[0].id->$february
accountant POST /fiscal_periods/$february/lock {} => 200
accountant POST /journal_entries {"posted_on":"2026-02-28","lines":[
  {"account":"6000","debit":"1.00"},{"account":"1020","credit":"1.00"}]} => 409 code=period_locked detail~2026-02
accountant GET /journal_entries?memo=February => 200 items[0].id->$entry
accountant POST /journal_entries/$entry/reverse {} => 409 code=period_locked
accountant POST /journal_entries/$entry/reverse {"posted_on":"2026-03-01"} => 200
# A fact that comes late is booked today, with its day in the memo, and the closed month stays as it was.
stock_clerk POST /stock_moves/receive {"site":"S1","occurred_at":"2026-02-27T10:00:00Z","lines":[
  {"product":"TEA","quantity":"1","unit_cost":"4.00"}]} => 201 moves[0].id->$late
accountant GET /journal_entries?source=$late => 200 items[0].posted_on=2026-03-02 items[0].memo~2026-02-27
accountant GET /reports/trial_balance?account=1200&as_of=2026-02-28 => 200 items#=0
accountant POST /fiscal_periods/$february/unlock {} => 200
stock_clerk POST /stock_moves/receive {"site":"S1","occurred_at":"2026-02-27T10:00:00Z","lines":[
  {"product":"TEA","quantity":"1","unit_cost":"4.00"}]} => 201 moves[0].id->$backdated
accountant GET /journal_entries?source=$backdated => 200 items[0].posted_on=2026-02-27 items[0].memo=null
accountant GET /reports/trial_balance?account=1200&as_of=2026-02-28 => 200 items[0].balance=4.00
verify

# The year: 111.50 rent less the reversed 10.00, and one sale.
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"MUG","quantity":"10"}],
  "tenders":[{"kind":"card","amount":"121.00"}]} => 201
accountant GET /reports/profit_and_loss?to=2026-12-31 => 200 tie_out.income=100.00 tie_out.expense=151.50
  tie_out.result=-51.50 tie_out.difference=0.00
accountant GET /reports/balance_sheet?as_of=2026-12-31 => 200 tie_out.equity=-51.50 tie_out.difference=0.00
accountant POST /journal_entries/close_year {"year":"2026"} => 409 code=year_not_over
accountant POST /journal_entries/close_year {"year":"2031"} => 422 code=unknown_reference field=year
manager POST /journal_entries/close_year {"year":"2026"} => 403 code=forbidden
clock 2027-01-10T10:00:00Z
# The next year's sales come first, as they do.
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}],
  "tenders":[{"kind":"card","amount":"20.00"}]} => 201
accountant POST /journal_entries/close_year {"year":"2026","memo":"Closing of 2026"} => 201 kind=closing
  posted_on=2026-12-31 source_entity=fiscal_year total=201.50 id->$closing
accountant POST /journal_entries/close_year {"year":"2026"} => 409 code=nothing_to_close
accountant GET /reports/trial_balance?account=3100 => 200 items[0].balance=51.50
accountant GET /reports/trial_balance?account=6000&as_of=2026-12-31 => 200 items[0].balance=0.00
accountant GET /reports/trial_balance?account=6000&as_of=2026-12-31&before_closing=true => 200
  items[0].balance=101.50
accountant GET /reports/trial_balance?account=6000&as_of=2026-12-30 => 200 items[0].balance=101.50
accountant GET /reports/trial_balance?account=6000&as_of=2026-12-05 => 200 items[0].balance=101.50
accountant GET /reports/trial_balance?account=4000 => 200 items[0].balance=-20.00
accountant GET /reports/trial_balance => 200 tie_out.difference=0.00
verify

# Closed or not, the year's profit and loss is the same; the balance sheet has it in retained earnings.
accountant GET /reports/profit_and_loss?from=2026-01-01&to=2026-12-31 => 200 tie_out.income=100.00
  tie_out.expense=151.50 tie_out.result=-51.50 tie_out.difference=0.00
accountant GET /reports/profit_and_loss?from=2026-12-01&to=2027-01-31 => 200 tie_out.result=8.00
  tie_out.difference=0.00
accountant GET /reports/profit_and_loss => 200 tie_out.income=20.00 tie_out.expense=12.00 tie_out.result=8.00
accountant GET /reports/balance_sheet?as_of=2026-12-31 => 200 tie_out.equity=-51.50 tie_out.difference=0.00
accountant GET /reports/balance_sheet?compare=2026-12-31 => 200 tie_out.equity=-43.50 tie_out.difference=0.00
accountant GET /reports/profit_and_loss?site=S2&to=2026-12-31 => 200 tie_out.result=0.00 tie_out.difference=0.00

# A late entry is closed by closing once more; a closing is reversed on its own day.
accountant POST /journal_entries {"posted_on":"2026-12-31","memo":"Accrual","lines":[
  {"account":"6200","debit":"5.00"},{"account":"2010","credit":"5.00"}]} => 201
accountant POST /journal_entries/close_year {"year":"2026"} => 201 total=5.00
accountant GET /reports/trial_balance?account=3100 => 200 items[0].balance=56.50
accountant POST /journal_entries/$closing/reverse {"posted_on":"2027-01-05"}
  => 422 code=closing_reversed_elsewhere field=posted_on
accountant POST /journal_entries/$closing/reverse {} => 200
accountant GET /reports/trial_balance?account=3100 => 200 items[0].balance=5.00
accountant GET /reports/profit_and_loss?from=2026-01-01&to=2026-12-31 => 200 tie_out.result=-56.50
  tie_out.difference=0.00
accountant POST /journal_entries/close_year {"year":"2026"} => 201
accountant GET /reports/trial_balance?account=3100 => 200 items[0].balance=56.50
verify
accountant GET /fiscal_years?code=2026 => 200 items[0].id->$year
accountant POST /fiscal_years/$year/lock {} => 200
accountant POST /journal_entries {"posted_on":"2026-12-31","lines":[
  {"account":"6200","debit":"5.00"},{"account":"2010","credit":"5.00"}]} => 409 code=period_locked
accountant POST /journal_entries/close_year {"year":"2026"} => 409 code=period_locked
verify
