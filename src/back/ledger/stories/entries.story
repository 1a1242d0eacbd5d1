# Manual entries, what is refused, and their reversal.
accountant POST /journal_entries {"posted_on":"2026-03-02","memo":"Capital paid in","kind":"opening","lines":[
  {"account":"1020","debit":"5000.00"},{"account":"3000","credit":"5000.00"}]}
  => 201 number=000001 kind=opening total=5000.00 period.code=2026-03 site=null lines#=2
  lines[0].account.code=1020 lines[0].debit=5000.00 lines[0].credit=0.00 lines[1].credit=5000.00
  id->$capital
accountant POST /journal_entries {"posted_on":"2026-03-02","memo":"Rent of March","lines":[
  {"account":"6000","site":"S1","debit":"900.00","memo":"Calle Mayor"},
  {"account":"1150","site":"S1","debit":"189.00"},
  {"account":"1020","site":"S1","credit":"1089.00"}]}
  => 201 number=000002 kind=manual total=1089.00 site.code=S1 lines#=3 lines[0].memo="Calle Mayor" id->$rent
accountant GET /journal_entries/$rent => 200 memo="Rent of March" total=1089.00
accountant GET /reports/trial_balance?account=1020 => 200
  items[0].debit=5000.00 items[0].credit=1089.00 items[0].balance=3911.00

# Several sites: what they owe each other stands between them, so that each site balances.
accountant POST /journal_entries {"posted_on":"2026-03-02","memo":"Energy","lines":[
  {"account":"6200","site":"S1","debit":"60.00"},{"account":"6200","site":"S2","debit":"40.00"},
  {"account":"1020","credit":"100.00"}]} => 201 total=200.00 lines#=6
accountant GET /reports/trial_balance?account=1900&site=S1 => 200 items[0].balance=-60.00
accountant GET /reports/trial_balance?account=1900&site=S2 => 200 items[0].balance=-40.00
accountant GET /reports/trial_balance?account=1900 => 200 items[0].balance=0.00
accountant GET /reports/trial_balance?site=S2 => 200 tie_out.difference=0.00
verify

# Refusals, in their order.
accountant POST /journal_entries {"lines":[]} => 422 code=required field=posted_on
accountant POST /journal_entries {"posted_on":"2026-03-02"} => 422 code=entry_empty field=lines
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[]} => 422 code=entry_empty field=lines
accountant POST /journal_entries {"posted_on":"2026-03-02","kind":"automatic","lines":[]}
  => 422 code=entry_kind_reserved field=kind
accountant POST /journal_entries {"posted_on":"2026-03-02","kind":"closing","lines":[]}
  => 422 code=entry_kind_reserved field=kind
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6000","debit":"1.00"},{"account":"1020","credit":"0.99"}]}
  => 422 code=entry_not_balanced field=lines detail~1.00 detail~0.99
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6000","debit":"1.00"},{"account":"1020"}]}
  => 422 code=line_needs_one_side field=lines[1].debit
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6000","debit":"1.00","credit":"1.00"},{"account":"1020","credit":"1.00"}]}
  => 422 code=line_needs_one_side field=lines[0].debit
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6000","debit":"-1.00"},{"account":"1020","credit":"-1.00"}]}
  => 422 code=negative field=lines[0].debit
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6000","debit":"1.001"},{"account":"1020","credit":"1.001"}]}
  => 422 code=bad_number field=lines[0].debit
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"debit":"1.00"},{"account":"1020","credit":"1.00"}]} => 422 code=required field=lines[0].account
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"1020","debit":"1.00"},{"account":"1000","credit":"1.00"}]}
  => 422 code=account_is_control field=lines[1].account detail~1000
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"10","debit":"1.00"},{"account":"1020","credit":"1.00"}]}
  => 422 code=account_takes_no_entries field=lines[0].account
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"7777","debit":"1.00"},{"account":"1020","credit":"1.00"}]}
  => 422 code=unknown_reference field=lines[0].account
accountant POST /journal_entries {"posted_on":"2026-03-02","number":"X","lines":[]}
  => 422 code=read_only field=number
accountant POST /journal_entries {"posted_on":"2019-03-02","lines":[
  {"account":"6000","debit":"1.00"},{"account":"1020","credit":"1.00"}]} => 409 code=period_missing
manager POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6000","debit":"1.00"},{"account":"1020","credit":"1.00"}]} => 403 code=forbidden
cashier GET /journal_entries => 403 code=forbidden
auditor POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6000","debit":"1.00"},{"account":"1020","credit":"1.00"}]} => 403 code=forbidden

# What is refused takes no number; what is posted stays.
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6000","debit":"1.00"},{"account":"1020","credit":"1.00"}]} => 201 number=000004 id->$one
accountant PATCH /journal_entries/$one {"memo":"Other"} => 409 code=posted
accountant DELETE /journal_entries/$one => 409 code=posted
verify

# Dimensions on manual lines
accountant POST /dimensions {"code":"project","name":"Project"} => 201
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6400","debit":"50.00","dimensions":{"project":"Spring"}},{"account":"1020","credit":"50.00"}]}
  => 201 lines[0].dimensions.project=Spring
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6400","debit":"50.00","dimensions":{"van":"1"}},{"account":"1020","credit":"50.00"}]}
  => 422 code=unknown_dimension field=lines[0].dimensions
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6400","debit":"50.00","dimensions":{"project":7}},{"account":"1020","credit":"50.00"}]}
  => 422 code=wrong_type field=lines[0].dimensions
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6400","debit":"50.00","dimensions":["project"]},{"account":"1020","credit":"50.00"}]}
  => 422 code=wrong_type field=lines[0].dimensions

# Reversal: once, on any open day, with the sides exchanged.
accountant POST /journal_entries/$rent/reverse {"posted_on":"2026-04-01","memo":"Wrong month"}
  => 200 number=000006 entry.id->$back
accountant GET /journal_entries/$back => 200 kind=reversal posted_on=2026-04-01 period.code=2026-04
  reverses.id=$rent memo="Wrong month" total=1089.00 source_entity=journal_entry source=$rent
accountant POST /journal_entries/$rent/reverse {} => 409 code=already_reversed detail~000006
accountant POST /journal_entries/$back/reverse {} => 409 code=entry_is_automatic
accountant GET /reports/trial_balance?account=6000&as_of=2026-03-31 => 200 items[0].balance=901.00
accountant GET /reports/trial_balance?account=6000&as_of=2026-04-30 => 200 items[0].balance=1.00
accountant POST /journal_entries/$one/reverse {"posted_on":"2019-01-01"} => 409 code=period_missing
accountant POST /journal_entries/$one/reverse {} => 200
auditor POST /journal_entries/$capital/reverse {} => 403 code=forbidden

# What a document made is reversed by the document.
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"10.00"}]} => 201 id->$sale
accountant GET /journal_entries?source=$sale => 200 items#=1 items[0].id->$auto
  items[0].kind=automatic items[0].number=T1-000001 items[0].source_entity=sales_order items[0].site.code=S1
accountant POST /journal_entries/$auto/reverse {} => 409 code=entry_is_automatic
verify

# A person of one site sees that site's entries and posts for it only.
accountant@S2 GET /journal_entries/$auto => 404 code=not_found
accountant@S2 POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6000","site":"S2","debit":"5.00"},{"account":"1020","credit":"5.00"}]}
  => 422 code=required field=lines[1].site
accountant@S2 POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6000","site":"S1","debit":"5.00"},{"account":"1020","site":"S1","credit":"5.00"}]}
  => 422 code=unknown_reference field=lines[0].site
accountant@S2 POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6000","site":"S2","debit":"5.00"},{"account":"1020","site":"S2","credit":"5.00"}]} => 201
accountant@S2 GET /reports/trial_balance?account=1000 => 200 items[0].balance=100.00
accountant@S2 GET /reports/trial_balance?account=4000 => 200 items#=0
accountant@S2 GET /reports/general_ledger?account=1000 => 200 items#=2 items[1].debit=100.00
accountant@S2 GET /reports/account_balances?account=1000 => 200 items#=1 items[0].change=100.00
accountant GET /reports/account_balances?account=1000 => 200 items[0].change=210.00
verify
