# --- The company's own record
admin GET /companies => 200 items#=1 items[0].code=TEST items[0].currency=EUR items[0].id->$company
admin PATCH /companies/$company {"currency":"USD"} => 422 code=read_only field=currency
admin PATCH /companies/$company {"costing":"fifo"} => 422 code=read_only field=costing
admin PATCH /companies/$company {"country":"XX"} => 422 code=country_unknown field=country
admin PATCH /companies/$company {"country":"es"} => 422 code=country_unknown field=country
admin PATCH /companies/$company {"language":"fr"} => 422 code=language_unknown field=language
admin PATCH /companies/$company {"time_zone":"Mars/Base"} => 422 code=time_zone_unknown field=time_zone
admin PATCH /companies/$company {"cash_step":-5} => 422 code=negative field=cash_step
admin PATCH /companies/$company {"tax_rounding":"never"} => 422 code=unknown_choice field=tax_rounding
admin PATCH /companies/$company {"name":"Test and Sons","tax_id":"B12345674"}
  => 200 name="Test and Sons" tax_id=B12345674 currency=EUR
cashier GET /companies/$company => 200 name="Test and Sons"
cashier PATCH /companies/$company {"name":"Mine"} => 403 code=forbidden
anyone GET /companies => 401 code=not_signed_in

# --- Fiscal years
accountant POST /fiscal_years/open {"first_day":"2027-01-02"} => 422 code=year_not_month_start field=first_day
accountant POST /fiscal_years/open {"first_day":"2027-04-01"} => 422 code=year_start_differs field=first_day
accountant POST /fiscal_years/open {"first_day":"2026-01-01"} => 409 code=year_exists field=first_day
accountant POST /fiscal_years/open {} => 422 code=required field=first_day
accountant POST /fiscal_years/open {"first_day":"2024-01-01"}
  => 201 code=2024 state=open first_day=2024-01-01 last_day=2024-12-31 id->$y2024
accountant GET /fiscal_periods?year=$y2024&limit=50 => 200 items#=12
accountant GET /fiscal_periods?code=2024-02 => 200 items#=1 items[0].first_day=2024-02-01
  items[0].last_day=2024-02-29 items[0].state=open
manager POST /fiscal_years/open {"first_day":"2023-01-01"} => 403 code=forbidden
admin POST /fiscal_years {"code":"2022"} => 405 code=method_not_allowed

# --- Locking
admin GET /fiscal_periods?code=2026-11 => 200 items#=1 items[0].id->$november
cashier POST /fiscal_periods/$november/lock {} => 403 code=forbidden
accountant POST /fiscal_periods/$november/unlock {} => 409 code=wrong_state
accountant POST /fiscal_periods/$november/lock {} => 200 state=locked
accountant POST /fiscal_periods/$november/lock {} => 409 code=wrong_state
clock 2026-11-24T10:00:00Z
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"10.00"}]} => 409 code=period_locked
accountant POST /fiscal_periods/$november/unlock {} => 200 state=open
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"10.00"}]} => 201
verify
# A year is locked with its periods; they stay locked until each is unlocked.
accountant POST /fiscal_years/$y2024/lock {} => 200 state=locked
accountant GET /fiscal_periods?year=$y2024&state=locked&limit=50 => 200 items#=12 items[0].id->$december
accountant POST /fiscal_periods/$december/unlock {} => 409 code=year_locked
accountant POST /fiscal_years/$y2024/unlock {} => 200 state=open
accountant GET /fiscal_periods?year=$y2024&state=open => 200 items#=0
accountant POST /fiscal_periods/$december/unlock {} => 200 state=open code=2024-12

# --- The first morning of a new year has its periods; a manual entry outside the years is refused
clock 2027-01-01T09:00:00Z
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"10.00"}]} => 201
admin GET /fiscal_years?code=2027 => 200 items#=1 items[0].first_day=2027-01-01 items[0].last_day=2027-12-31
accountant POST /journal_entries {"posted_on":"2031-06-01","memo":"Wrong year","lines":[
  {"account":"1020","debit":"1.00"},{"account":"3000","credit":"1.00"}]} => 409 code=period_missing
accountant POST /fiscal_periods/$november/lock {} => 200 state=locked
accountant POST /journal_entries {"posted_on":"2026-11-30","memo":"Too late","lines":[
  {"account":"1020","debit":"1.00"},{"account":"3000","credit":"1.00"}]} => 409 code=period_locked
verify

# --- Number series
admin POST /number_series {"code":"memo","prefix":"M-","digits":4} => 201 next=1 digits=4 id->$memo
admin POST /number_series {"code":"memo"} => 409 code=series_taken field=code
admin POST /number_series {"code":"memo","site":"S1","prefix":"S1-"} => 201 site.code=S1 digits=6
admin POST /number_series {"code":"memo","site":"S1"} => 409 code=series_taken field=code
admin POST /number_series {"code":"memo","site":"S2","prefix":"S2-"} => 201
admin POST /number_series {"code":"memo2","digits":19} => 422 code=too_large field=digits
admin POST /number_series {"code":"memo2","next":0} => 422 code=not_positive field=next
admin PATCH /number_series/$memo {"next":100} => 200 next=100
admin PATCH /number_series/$memo {"next":99} => 409 code=series_backwards field=next
admin PATCH /number_series/$memo {"code":"other"} => 422 code=read_only field=code
cashier PATCH /number_series/$memo {"next":200} => 403 code=forbidden
# Parties without a number of their own take one from the series, one after the other.
sales POST /parties {"name":"First Numbered"} => 201 code=C-000001
sales POST /parties {"name":"Second Numbered"} => 201 code=C-000002
sales POST /parties {"name":"","email":"x"} => 422
sales POST /parties {"name":"Third Numbered"} => 201 code=C-000003
admin GET /number_series?code=party => 200 items#=1 items[0].next=4 items[0].id->$parties
admin PATCH /number_series/$parties {"prefix":"K","digits":3,"next":50} => 200
sales POST /parties {"name":"Fourth Numbered"} => 201 code=K050
# Numbers given by hand, as an import does, are skipped.
sales POST /parties {"code":"K051","name":"By hand"} => 201
sales POST /parties {"code":"K053","name":"By hand too"} => 201
sales POST /parties {"name":"Fifth Numbered"} => 201 code=K057
sales POST /parties {"name":"Sixth Numbered"} => 201 code=K058
verify
