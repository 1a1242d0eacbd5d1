# --- Making sites: what is left open comes from the company, and places for goods are there at once
admin POST /sites {"code":"S9","name":"Ninth Shop"} => 201 kind=store currency=EUR country=ES
  time_zone=Europe/Madrid id->$s9
admin GET /places?site=S9 => 200 items#=2
admin POST /sites {"code":"S9","name":"Again"} => 409 code=taken field=code
admin POST /sites {"code":"S8","name":"X","currency":"USD"} => 422 code=site_currency_differs field=currency
admin POST /sites {"code":"S8","name":"X","currency":"EURO"} => 422 field=currency
admin POST /sites {"code":"S8","name":"X","time_zone":"Europe/Nowhere"} => 422 code=time_zone_unknown field=time_zone
admin POST /sites {"code":"S8","name":"X","country":"Spain"} => 422 field=country
admin POST /sites {"code":"S8","name":"X","country":"QQ"} => 422 code=country_unknown field=country
admin POST /sites {"code":"S8","name":"X","kind":"castle"} => 422 code=unknown_choice field=kind
admin POST /sites {"name":"X"} => 422 code=required field=code
admin POST /sites {"code":"S8"} => 422 code=required field=name
cashier POST /sites {"code":"S8","name":"X"} => 403 code=forbidden

# --- A web shop sells the stock of a distribution centre, in one step
admin POST /sites {"code":"WEB","name":"Web shop","kind":"web","stock_site":"DC"}
  => 201 kind=web stock_site.code=DC id->$web
admin POST /sites {"code":"WEB2","name":"Web shop 2","kind":"web","stock_site":"WEB"}
  => 422 code=stock_site_chained field=stock_site
admin PATCH /sites/$web {"stock_site":"WEB"} => 422 code=stock_site_chained field=stock_site
admin PATCH /sites/$web {"stock_site":null} => 200 stock_site=null
admin PATCH /sites/$s9 {"currency":"USD"} => 422 code=site_currency_differs field=currency
admin PATCH /sites/$s9 {"time_zone":"Asia/Kolkata","phone":"+91 11"} => 200 time_zone=Asia/Kolkata

verify
