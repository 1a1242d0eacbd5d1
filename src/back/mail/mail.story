# Nobody writes without a sender.
admin POST /mail_messages/send {"to":"ana@example.es","subject":"Hello","body":"Good day"} => 409 code=mail_no_sender
admin GET /companies => 200 items[0].id->$company
admin PATCH /companies/$company {"mail_from":"Shop <shop@example.es>"} => 422 code=mail_address_wrong field=mail_from
admin PATCH /companies/$company {"mail_from":"shop@example.es"} => 200 mail_from="shop@example.es"

# Into the outbox. No mail server is configured here: it waits and says why.
sales POST /mail_messages/send {"to":" ana@example.es ,b@example.es","cc":"c@example.es","subject":"Hello","body":"Good day\nand more"}
  => 201 state=waiting to_address="ana@example.es, b@example.es" cc_address="c@example.es" automatic=false tries=0 last_error~"no mail server is configured"
     attachments=null sent_at=null message_id=null id->$m
work
sales GET /mail_messages/$m => 200 state=waiting tries=0
admin GET /jobs?kind=mail_send => 200 items#=1 items[0].state=waiting items[0].tries=0 items[0].subject=$m items[0].id->$job
admin POST /jobs/$job/run => 200 state=waiting

# Addresses and headers.
sales POST /mail_messages/send {"to":"ana","subject":"Hello","body":"x"} => 422 code=mail_address_wrong field=to
sales POST /mail_messages/send {"to":" , ","subject":"Hello","body":"x"} => 422 code=mail_address_wrong field=to
sales POST /mail_messages/send {"to":"Ana <ana@example.es>","subject":"Hello","body":"x"} => 422 code=mail_address_wrong field=to
sales POST /mail_messages/send {"to":"ana@example.es","cc":"x@y@z","subject":"Hello","body":"x"} => 422 code=mail_address_wrong field=cc
sales POST /mail_messages/send {"to":"ana@example.es\r\nBcc: all@example.es","subject":"Hello","body":"x"} => 422 code=bad_text field=to
sales POST /mail_messages/send {"to":"ana@example.es","subject":"Hello\r\nBcc: all@example.es","body":"x"} => 422 code=bad_text field=subject
sales POST /mail_messages/send {"to":"ana@example.es","subject":"Hello\nthere","body":"x"} => 422 code=bad_text field=subject
sales POST /mail_messages/send {"to":"ana@example.es","body":"x"} => 422 code=required field=subject
sales POST /mail_messages/send {"to":"ana@example.es","subject":"x"} => 422 code=required field=body
sales POST /mail_messages/send {"subject":"x","body":"x"} => 422 code=required field=to
sales POST /mail_messages/send {"to":"a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b","subject":"x","body":"x"} => 201
sales POST /mail_messages/send {"to":"a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b,a@b","cc":"c@d","subject":"x","body":"x"}
  => 422 code=mail_too_many_recipients field=cc

# What it is about must be there, and the sender's to read.
sales POST /sales_orders {"site":"S1","customer":"C1","channel":"sales","lines":[{"product":"TEA","quantity":"1"}]} => 201 id->$order
sales POST /mail_messages/send {"to":"a@b","subject":"x","body":"x","entity":"sales_order","record":$order} => 201 about_entity=sales_order about=$order site=S1
sales POST /mail_messages/send {"to":"a@b","subject":"x","body":"x","entity":"sales_order"} => 422 code=required field=record
sales POST /mail_messages/send {"to":"a@b","subject":"x","body":"x","entity":"unicorn","record":$order} => 422 code=unknown_reference field=entity
sales POST /mail_messages/send {"to":"a@b","subject":"x","body":"x","entity":"sales_order","record":999999999} => 404 code=not_found
sales POST /mail_messages/send {"to":"a@b","subject":"x","body":"x","entity":"journal_entry","record":1} => 403 code=forbidden field=entity
sales@S2 POST /mail_messages/send {"to":"a@b","subject":"x","body":"x","entity":"sales_order","record":$order} => 404 code=not_found
sales POST /mail_messages/send {"to":"a@b","subject":"x","body":"x","document":"receipt","record":$order} => 201 attachments="receipt sales_order $order" about_entity=sales_order
sales POST /mail_messages/send {"to":"a@b","subject":"x","body":"x","document":"poem","record":$order} => 422 code=mail_document_unknown field=document
sales POST /mail_messages/send {"to":"a@b","subject":"x","body":"x","document":"receipt","entity":"party","record":$order} => 404
sales POST /mail_messages/send {"to":"a@b","subject":"x","body":"x","language":"xx"} => 422 code=language_unknown field=language
sales@S2 GET /mail_messages => 200 items#=2
stock_clerk POST /mail_messages/send {"to":"a@b","subject":"x","body":"x"} => 403 code=forbidden
stock_clerk GET /mail_messages => 403
auditor GET /mail_messages => 200
anyone POST /mail_messages/send {"to":"a@b","subject":"x","body":"x"} => 401

# Cancelled; not to be written by hand.
sales POST /mail_messages/$m/retry => 409 code=wrong_state
auditor POST /mail_messages/$m/cancel => 403
sales POST /mail_messages/$m/cancel => 200 state=cancelled
sales POST /mail_messages/$m/cancel => 409 code=wrong_state
sales PATCH /mail_messages/$m {"subject":"y"} => 405
sales GET /mail_messages/$m/history => 200 items[0].command=mail_messages/cancel

# An order of the shop or by telephone is confirmed where both have an address, in the customer's language.
sales POST /sales_orders {"site":"S1","customer":"C1","channel":"phone","lines":[{"product":"TEA","quantity":"1"}]} => 201 id->$quiet
sales POST /sales_orders/$quiet/place {} => 200
sales GET /mail_messages?automatic=true => 200 items#=0
admin POST /parties {"code":"C2","name":"Rosa Gil","kind":"person","is_customer":true,"email":"rosa@example.es","language":"es"} => 201
sales POST /sales_orders {"site":"S1","customer":"C2","channel":"phone","lines":[{"product":"TEA","quantity":"1"}]} => 201 id->$phone
sales POST /sales_orders/$phone/place {} => 200 number->$number
sales GET /mail_messages?automatic=true => 200 items#=1 items[0].to_address="rosa@example.es" items[0].subject~"$number" items[0].language=es
    items[0].body~"$number" items[0].body~"Green tea 250 g" items[0].body~"Total: " items[0].body~"Test"
  items[0].about=$phone items[0].attachments="order_confirmation sales_order $phone" items[0].site=S1
sales POST /sales_orders {"site":"S1","customer":"C2","channel":"sales","lines":[{"product":"TEA","quantity":"1"}]} => 201 id->$sales
sales POST /sales_orders/$sales/place {} => 200
cashier POST /sales_orders/checkout {"till":"T1","customer":"C2","lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]} => 201
sales POST /sales_orders {"site":"S1","customer":"C2","channel":"shop","reference":"WEB-7","lines":[{"product":"TEA","quantity":"1"}]} => 201 id->$web
sales POST /sales_orders/$web/place {} => 200
sales GET /mail_messages?automatic=true => 200 items#=1
verify
