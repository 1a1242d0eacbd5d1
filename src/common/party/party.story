# --- Making parties
sales POST /parties {"code":"ACME","name":"Acme Traders","kind":"organisation","email":"buy@acme.example",
  "phone":"+34 600 000 001","language":"es","tax_id":"B12345674","country":"ES","city":"Madrid",
  "is_supplier":true} => 201 code=ACME kind=organisation is_supplier=true is_customer=false
  roles#=1 roles[0]=supplier version=1 id->$acme
sales POST /parties {"code":"ACME","name":"Another"} => 409 code=taken field=code
sales POST /parties {"name":"Nobody Special"} => 201 kind=person is_customer=true roles[0]=customer code~C-
sales POST /parties {"code":"BOTH","name":"Both","roles":["customer","supplier"]}
  => 201 is_customer=true is_supplier=true is_employee=false id->$both
sales POST /parties {"code":"EMP","name":"Eva","roles":["employee"]}
  => 201 is_customer=false is_employee=true roles#=1
sales POST /parties {} => 422 code=required field=name
sales POST /parties {"name":"X","email":"nobody"} => 422 code=email_invalid field=email
sales POST /parties {"name":"X","email":"@example.org"} => 422 code=email_invalid field=email
sales POST /parties {"name":"X","email":"a@"} => 422 code=email_invalid field=email
sales POST /parties {"name":"X","email":"a@b@c"} => 422 code=email_invalid field=email
sales POST /parties {"name":"X","email":"a b@example.org"} => 422 code=email_invalid field=email
sales POST /parties {"name":"X","language":"fr"} => 422 code=language_unknown field=language
sales POST /parties {"name":"X","kind":"robot"} => 422 code=unknown_choice field=kind
sales POST /parties {"name":"X","roles":["pirate"]} => 422 code=unknown_choice field=roles
sales POST /parties {"name":"X","roles":"customer"} => 422 code=unknown_choice field=roles
sales POST /parties {"name":"X","roles":[1]} => 422 code=unknown_choice field=roles
sales POST /parties {"name":"X","credit_limit":"-1.00"} => 422 code=negative field=credit_limit
sales POST /parties {"name":"X","price_list":"NONE"} => 422 code=unknown_reference field=price_list
sales POST /parties {"name":"X","colour":"red"} => 422 code=unknown_field field=colour
cashier POST /parties {"name":"X"} => 403 code=forbidden
anyone GET /parties => 401 code=not_signed_in

# --- Changing them: flags and list stay the same thing
sales PATCH /parties/$acme {"is_customer":true} => 200 version=2 roles#=2 roles[0]=customer roles[1]=supplier
sales PATCH /parties/$acme {"roles":["supplier","contact"]}
  => 200 is_customer=false is_supplier=true is_contact=true roles#=2 roles[1]=contact
sales PATCH /parties/$acme {"is_supplier":false,"is_contact":false} => 200 is_customer=true roles#=1
sales PATCH /parties/$acme {"name":"Acme Trading"} => 200 name="Acme Trading" code=ACME roles#=1
sales PATCH /parties/$acme {"code":"BOTH"} => 409 code=taken field=code
sales PATCH /parties/$acme {"credit_limit":"500.00"} => 200 credit_limit=500.00
sales GET /parties/$acme/history => 200 items!

# --- Finding them
sales GET /parties?is_supplier=true&q=both => 200 items#=1 items[0].code=BOTH
sales GET /parties?q=acme => 200 items#=1 items[0].id=$acme
sales GET /parties?q=600+000+001 => 200 items[0].code=ACME
sales GET /parties?code=BOTH => 200 items#=1 items[0].name=Both

# --- Putting them away
sales DELETE /parties/$both => 200 archived=true
sales GET /parties?code=BOTH => 200 items#=0
sales PATCH /parties/$both {"name":"Again"} => 409 code=archived
verify
