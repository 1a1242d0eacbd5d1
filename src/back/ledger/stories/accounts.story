# The chart of accounts, and the rules that say what is booked where.
accountant GET /accounts?code=1000 => 200 items[0].control=true items[0].kind=asset items[0].parent.code=10
accountant GET /accounts?code=10 => 200 items[0].no_entries=true items[0].parent=null
accountant POST /accounts {"code":"6110","name":"Social security","kind":"expense","parent":"60"}
  => 201 parent.code=60 control=false id->$social
accountant POST /accounts {"code":"6110","name":"Twice","kind":"expense"} => 409 code=taken field=code
accountant POST /accounts {"code":"x1","name":"Small letter","kind":"asset"}
  => 422 code=account_code_form field=code
accountant POST /accounts {"code":"6 1","name":"Blank","kind":"asset"} => 422 code=account_code_form
accountant POST /accounts {"code":"-6","name":"Dash","kind":"asset"} => 422 code=account_code_form
accountant POST /accounts {"code":"6.1-A","name":"Fine","kind":"expense"} => 201
accountant POST /accounts {"code":"1A","name":"Wrong kind","kind":"asset","parent":"60"}
  => 422 code=account_parent field=parent
accountant PATCH /accounts/$social {"parent":"6110"} => 422 code=account_parent field=parent
accountant GET /accounts?code=60 => 200 items[0].id->$running
accountant PATCH /accounts/$running {"parent":"6110"} => 422 code=account_parent field=parent
cashier POST /accounts {"code":"9","name":"No","kind":"asset"} => 403 code=forbidden
cashier GET /accounts => 403 code=forbidden
auditor GET /accounts?code=6110 => 200 items[0].name~Social
auditor PATCH /accounts/$social {"name":"No"} => 403 code=forbidden

# What has entries keeps its kind and does not become a heading; what has a balance is not put away.
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6110","debit":"10.00"},{"account":"1020","credit":"10.00"}]} => 201
accountant PATCH /accounts/$social {"kind":"income","parent":null}
  => 409 code=account_in_use field=kind
accountant PATCH /accounts/$social {"no_entries":true} => 409 code=account_in_use field=no_entries
accountant PATCH /accounts/$social {"name":"Social security of staff"} => 200
accountant DELETE /accounts/$social => 409 code=account_in_use field=archived
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6110","credit":"10.00"},{"account":"1020","debit":"10.00"}]} => 201
accountant DELETE /accounts/$social => 200 archived=true
accountant POST /journal_entries {"posted_on":"2026-03-02","lines":[
  {"account":"6110","debit":"10.00"},{"account":"1020","credit":"10.00"}]}
  => 409 code=archived field=lines[0].account
accountant GET /accounts?code=1200 => 200 items[0].id->$inventory
accountant PATCH /accounts/$inventory {"control":false} => 409 code=account_in_use field=control
verify

# Rules: the category wins over the site, the nearest category over those above it.
accountant POST /posting_rules {"purpose":"revenue","account":"4900"}
  => 409 code=rule_exists field=purpose
accountant POST /posting_rules {"purpose":"revenue","site":"S1","account":"40"}
  => 422 code=unknown_reference field=account
accountant POST /posting_rules {"purpose":"rounding","site":"S1","account":"50"}
  => 422 code=account_takes_no_entries field=account
accountant POST /posting_rules {"purpose":"cash","site":"S1","account":"1020"}
  => 422 code=account_serves_other field=account
accountant POST /posting_rules {"purpose":"card","site":"S1","account":"1000"}
  => 422 code=account_serves_other field=account
accountant POST /posting_rules {"purpose":"cash","site":"S2","account":"1500"}
  => 422 code=account_not_control field=account
cashier POST /posting_rules {"purpose":"cash","site":"S2","account":"1500"} => 403 code=forbidden
accountant POST /accounts {"code":"4010","name":"Books","kind":"income"} => 201
accountant POST /accounts {"code":"4020","name":"Novels","kind":"income"} => 201
accountant POST /accounts {"code":"4030","name":"Shop one","kind":"income"} => 201
accountant POST /accounts {"code":"4040","name":"Tea","kind":"income"} => 201
accountant POST /accounts {"code":"4050","name":"Books of shop one","kind":"income"} => 201
admin POST /categories {"code":"BOOKS","name":"Books"} => 201
admin POST /categories {"code":"NOVELS","name":"Novels","parent":"BOOKS"} => 201
admin GET /products?code=BOOK => 200 items[0].id->$book
admin GET /products?code=TEA => 200 items[0].id->$tea
admin PATCH /products/$book {"category":"NOVELS"} => 200
accountant POST /posting_rules {"purpose":"revenue","category":"BOOKS","account":"4010"} => 201
accountant POST /posting_rules {"purpose":"revenue","site":"S1","account":"4030"} => 201
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"1"},
  {"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"30.00"}]} => 201
accountant GET /reports/trial_balance?account=4010 => 200 items[0].balance=-20.00
accountant GET /reports/trial_balance?account=4030 => 200 items[0].balance=-9.09
accountant GET /reports/trial_balance?account=4000 => 200 items#=0
accountant POST /posting_rules {"purpose":"revenue","category":"NOVELS","account":"4020"} => 201 id->$novels
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"20.00"}]} => 201
accountant GET /reports/trial_balance?account=4020 => 200 items[0].balance=-20.00
accountant POST /posting_rules {"purpose":"revenue","category":"NOVELS","site":"S1","account":"4050"} => 201
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"20.00"}]} => 201
accountant GET /reports/trial_balance?account=4050 => 200 items[0].balance=-20.00
accountant GET /reports/trial_balance?account=4020 => 200 items[0].balance=-20.00

# A product's own account wins over all rules; a rule is replaced, never changed.
admin PATCH /products/$tea {"revenue_account":"4O40"} => 422 code=unknown_reference field=revenue_account
admin PATCH /products/$tea {"revenue_account":"4040"} => 200
admin GET /products?revenue_account=4O40 => 200 items#=0
admin POST /taxes {"code":"ODD","name":"Odd","rate":"7","account":"no such"} => 422 code=unknown_reference field=account
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
  "tenders":[{"kind":"cash","amount":"10.00"}]} => 201
accountant GET /reports/trial_balance?account=4040 => 200 items[0].balance=-9.09
accountant PATCH /posting_rules/$novels {"account":"4000"} => 422 code=read_only field=account
accountant DELETE /posting_rules/$novels => 200
accountant POST /posting_rules {"purpose":"revenue","category":"NOVELS","account":"4000"} => 201

# Without a rule nothing can be booked, and the refusal names what is missing.
accountant GET /posting_rules?purpose=card => 200 items[0].id->$card
accountant DELETE /posting_rules/$card => 200
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],
  "tenders":[{"kind":"card","amount":"10.00"}]} => 409 code=posting_rule_missing detail~Card
verify

# Another account for the cash of the second shop: it is empty, and a control account.
accountant POST /accounts {"code":"1001","name":"Cash in shop two","kind":"asset","control":true} => 201
accountant POST /posting_rules {"purpose":"cash","site":"S1","account":"1001"} => 201
verify

# Dimensions
accountant POST /dimensions {"code":"project","name":"Project"} => 201
accountant POST /dimensions {"code":"project","name":"Project"} => 409 code=taken
cashier POST /dimensions {"code":"van","name":"Van"} => 403 code=forbidden
