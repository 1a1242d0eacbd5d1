# Where the smallest coin is 5 cents: only what is paid in cash is rounded.
admin GET /companies?code=TEST => 200 items[0].id->$company
admin PATCH /companies/$company {"cash_step":5} => 200
admin POST /products {"code":"SCREW","name":"Screw","kind":"service","price":"0.31","tax":"IVA21"} => 201
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"SCREW","quantity":"2"}],"tenders":[{"kind":"cash","amount":"1.00"}]}
  => 201 total="0.62" rounding="-0.02" paid="0.60" change="0.40" id->$two
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"SCREW","quantity":"3"}],"tenders":[{"kind":"cash","amount":"0.95"}]}
  => 201 total="0.93" rounding="0.02" paid="0.95" change="0.00"
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"SCREW","quantity":"3"}],"tenders":[{"kind":"cash","amount":"0.93"}]}
  => 422 code=tenders_too_small
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"SCREW","quantity":"3"}],"tenders":[{"kind":"card","amount":"0.93"}]}
  => 201 total="0.93" rounding="0.00" paid="0.93"
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"SCREW","quantity":"3"}],
    "tenders":[{"kind":"card","amount":"0.50"},{"kind":"cash","amount":"0.45"}]} => 201 rounding="0.02" paid="0.95"
verify
cashier POST /sales_orders/$two/return {"till":"T1","lines":[{"line":1,"quantity":"2"}],"tenders":[{"kind":"cash","amount":"0.62"}]}
  => 422 code=tenders_mismatch
cashier POST /sales_orders/$two/return {"till":"T1","lines":[{"line":1,"quantity":"2"}],"tenders":[{"kind":"cash","amount":"0.60"}]}
  => 200 total="-0.62" rounding="0.02" paid="-0.60"
verify
