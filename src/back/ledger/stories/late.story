# A till that was offline sends its sales after the month was locked: nothing is refused, closed figures stay.
clock 2026-04-02T08:00:00Z
accountant GET /fiscal_periods?code=2026-03 => 200 items[0].id->$march
accountant POST /fiscal_periods/$march/lock {} => 200
accountant GET /reports/trial_balance?account=4000&as_of=2026-03-31 => 200 items#=0
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}],"till_number":1,
  "tenders":[{"kind":"cash","amount":"20.00"}],"sold_at":"2026-03-30T10:00:00Z"}
  => 201 business_date=2026-03-30 id->$late
accountant GET /journal_entries?source=$late => 200 items#=1 items[0].posted_on=2026-04-02
  items[0].memo~2026-03-30 items[0].period.code=2026-04
accountant GET /reports/trial_balance?account=4000&as_of=2026-03-31 => 200 items#=0
accountant GET /reports/trial_balance?account=4000 => 200 items[0].balance=-20.00
verify
# The day is the shop's: half past eleven at night in London is tomorrow in Madrid.
clock 2026-04-29T22:30:00Z
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"20.00"}]} => 201 business_date=2026-04-30 id->$night
accountant GET /journal_entries?source=$night => 200 items#=1 items[0].posted_on=2026-04-30 items[0].memo=null
# A new year begins by itself.
clock 2026-12-31T23:30:00Z
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"20.00"}]} => 201 business_date=2027-01-01
accountant GET /fiscal_years?code=2027 => 200 items#=1
accountant GET /reports/trial_balance?account=4000&as_of=2026-12-31 => 200 items[0].balance=-40.00
accountant GET /reports/trial_balance?account=4000&as_of=2027-01-01 => 200 items[0].balance=-60.00
verify
# A chart of accounts is founded once.
admin GET /companies => 200 items[0].id->$company
admin POST /companies/$company/set_up {} => 409 code=ledger_not_empty
admin POST /companies/$company/set_up {"template":"barter"} => 422 code=unknown_template detail~retail_es
