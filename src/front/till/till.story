# A day at a till: sales, a return, cash in and out, a blind count with a difference, the proof.
admin GET /tills?code=T1 => 200 items[0].state="open" items[0].last_number=0 items[0].cash=null items[0].id->$till
cashier POST /tills/$till/open {"float":"50.00"} => 409 code=wrong_state
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"2"},{"product":"MUG","quantity":"1"}],
    "tenders":[{"kind":"cash","amount":"50.00"}]} => 201 total="32.10" id->$one
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BOOK","quantity":"1"}],"tenders":[{"kind":"card","amount":"20.00"}]} => 201
cashier POST /sales_orders/$one/return {"till":"T1","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]} => 200
cashier POST /tills/$till/cash_in {"amount":"20.00","reason":"small change"} => 200
cashier POST /tills/$till/cash_out {"amount":"5.00","reason":"window cleaner"} => 200
cashier POST /tills/$till/cash_out {"amount":"5.00"} => 422 code=required field=reason
cashier POST /tills/$till/cash_in {"amount":"0.00","reason":"x"} => 422 code=not_positive field=amount
verify
# Until it is counted, those who count do not see what is expected.
cashier POST /tills/$till/x_report {} => 200 sales="52.10" sales_count=2 returns="-10.00" returns_count=1 cash_expected=null
     opening_float=null tenders[0].kind="card" first_number=1 last_number=3
manager POST /tills/$till/x_report {} => 200 cash_expected="137.10" tenders[0].kind="cash" tenders[0].amount="22.10"
     tenders[1].kind="card" tenders[1].amount="20.00" tax="3.01" certificate=null
cashier POST /tills/$till/close {} => 422 code=count_missing field=counted
cashier POST /tills/$till/close {"counted":"100.00","counts":[{"value":"50.00","pieces":1}]} => 422 code=count_mismatch field=counted
cashier POST /tills/$till/close {"counted":"-1.00"} => 422 code=negative field=counted
stock_clerk POST /tills/$till/close {"counted":"100.00"} => 403 code=forbidden
cashier POST /tills/$till/close {"counts":[{"value":"50.00","pieces":2},{"value":"20.00","pieces":1},{"value":"0.10","pieces":170}]}
  => 200 cash_expected="137.10" cash_counted="137.00" cash_difference="-0.10" opening_float="100.00" cash_in="20.00" cash_out="5.00"
     sales="52.10" returns="-10.00" total="42.10" net="39.09" tax="3.01" first_number=1 last_number=3
     taxes[0].rate="0" taxes[0].total="20.00" taxes[1].rate="10" taxes[1].amount="0.91" taxes[1].net="9.09"
     taxes[2].rate="21" taxes[2].amount="2.10" taxes[2].net="10.00"
     certificate.till="T1" certificate.session=1 certificate.first=1 certificate.last=3 certificate.count=3 certificate.unbroken=true
     certificate.verified_at! session.id->$session
admin GET /till_sessions/$session => 200 state="closed" cash_difference="-0.10" z_report.total="42.10" certificate.count=3
cashier POST /tills/$till/close {"counted":"100.00"} => 409 code=wrong_state
cashier POST /tills/$till/cash_in {"amount":"20.00","reason":"x"} => 409 code=wrong_state
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]}
  => 409 code=till_closed field=till
# Sent again after closing: answered all the same.
verify
# The next session goes on counting.
cashier POST /tills/$till/open {"float":"-1.00"} => 422 code=negative field=float
cashier POST /tills/$till/open {"float":"80.00"} => 200 state="open" session.id->$second
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]}
  => 201 number="T1-000004"
cashier POST /tills/$till/close {"counted":"90.00"} => 200 cash_difference="0.00" first_number=4 last_number=4 session_number=2
     certificate.unbroken=true certificate.count=1
verify
# A session without a sale.
cashier POST /tills/$till/open {} => 200
cashier POST /tills/$till/close {"counted":"0.00"} => 200 sales_count=0 first_number=5 last_number=4 certificate.count=0 certificate.unbroken=true
# Nobody takes out more than there is by the books; those who will count are not told how much that is.
cashier POST /tills/$till/open {"float":"50.00"} => 200
cashier POST /tills/$till/cash_in {"amount":"20.00","reason":"small change"} => 200
cashier POST /tills/$till/cash_out {"amount":"99999999.00","reason":"x"} => 409 code=cash_short field=amount
    detail="By the books the drawer of till T1 holds less than that."
manager POST /tills/$till/cash_out {"amount":"70.01","reason":"x"} => 409 code=cash_short field=amount
    detail="By the books the drawer of till T1 holds 70.00."
cashier POST /tills/$till/cash_out {"amount":"70.00","reason":"to the safe"} => 200
cashier POST /tills/$till/cash_out {"amount":"0.01","reason":"x"} => 409 code=cash_short
# A return is paid all the same, from a pocket or the safe: the drawer is below nothing until that cash is put in.
cashier POST /sales_orders/$one/return {"till":"T1","lines":[{"line":1,"quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]} => 200
manager POST /tills/$till/x_report {} => 200 cash_expected="-10.00"
cashier POST /tills/$till/cash_out {"amount":"0.01","reason":"x"} => 409 code=cash_short
cashier POST /tills/$till/cash_in {"amount":"10.00","reason":"from the safe"} => 200
cashier POST /tills/$till/close {"counted":"0.00"} => 200 cash_difference="0.00"
verify
# Tills themselves.
admin POST /tills {"code":"T3","name":"Third","site":"S1"} => 201 state="closed" id->$third
admin POST /tills {"code":"T3","site":"S1"} => 409 code=taken field=code
admin POST /tills {"code":"T4"} => 422 code=required field=site
admin POST /tills {"code":"T4","site":"S1","last_number":7} => 422 code=read_only field=last_number
admin PATCH /tills/$third {"code":"T9"} => 422 code=read_only field=code
admin PATCH /tills/$third {"site":"S2"} => 422 code=read_only field=site
cashier POST /tills {"code":"T5","site":"S1"} => 403 code=forbidden
cashier POST /sales_orders/checkout {"till":"T3","lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]}
  => 409 code=till_closed field=till
cashier POST /tills/$third/open {"float":"10.00"} => 200
admin DELETE /tills/$third => 409 code=till_open
cashier POST /tills/$third/close {"counted":"10.00"} => 200
admin DELETE /tills/$third => 200
verify
