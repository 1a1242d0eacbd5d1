# Templates: what is refused before it is accepted, and who may.
clock 2026-11-21T10:00:00Z
manager POST /document_templates {"code":"R1","kind":"receipt","header":"{company.name} {site.name}","footer":"Gracias, {customer.name}. {{ {total} }}"}
  => 201 id->$r1 active=true show_taxes=true show_why=false show_points=true show_code=true paper="usual"
manager POST /document_templates {"code":"R1","kind":"receipt"} => 409 code=taken field=code
manager POST /document_templates {"code":"R2","kind":"poster"} => 422 code=unknown_choice field=kind
manager POST /document_templates {"code":"R2","kind":"receipt","header":"{company.nam}"} => 422 code=unknown_placeholder field=header
    detail~"company.nam" detail~"{company.name}" detail~"{total}"
manager POST /document_templates {"code":"R2","kind":"receipt","footer":"{}"} => 422 code=unknown_placeholder field=footer
manager POST /document_templates {"code":"R2","kind":"receipt","footer":"a { b"} => 422 code=lone_brace field=footer
manager POST /document_templates {"code":"R2","kind":"receipt","note":"a } b"} => 422 code=lone_brace field=note
manager POST /document_templates {"code":"R2","kind":"receipt","note":"{total"} => 422 code=lone_brace field=note
manager POST /document_templates {"code":"R2","kind":"receipt","title":"{total}}"} => 422 code=lone_brace field=title
manager POST /document_templates {"code":"R2","kind":"receipt","note":"bad \ue001"} => 422 code=cannot_be_drawn field=note
manager POST /document_templates {"code":"R2","kind":"receipt","language":"fr"} => 422 code=language_unknown field=language
manager POST /document_templates {"code":"R2","kind":"receipt","paper":"a4"} => 422 code=paper_not_for_kind field=paper
manager POST /document_templates {"code":"R2","kind":"label","paper":"receipt"} => 422 code=paper_not_for_kind
manager POST /document_templates {"code":"R2","kind":"invoice","paper":"label_roll"} => 422 code=paper_not_for_kind
manager POST /document_templates {"code":"R2","kind":"receipt","logo":"not base64!"} => 422 code=logo_unreadable field=logo
manager POST /document_templates {"code":"R2","kind":"receipt","logo":"R0lGODlhAQABAAAAACw="} => 422 code=logo_unreadable
manager POST /document_templates {"code":"R2","kind":"receipt","logo":"iVBORw0KGgoAAAANSUhEUgAAB9EAAAABCAIAAAAAAAAAAAAAAAAA"} => 422 code=logo_too_large
manager POST /document_templates {"code":"R2","kind":"receipt","logo":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="} => 201 id->$r2
manager POST /document_templates {"code":"R4","kind":"receipt","active":false,"logo":"data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAABAAIBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABsQAAAHAQAAAAAAAAAAAAAAAAABAgQFNXOy/9oACAEBAAA/AHIuraYo5If/2Q=="} => 201 id->$r4
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"TEA","quantity":"1"}],"tenders":[{"kind":"cash","amount":"10.00"}]} => 201 id->$pictured
cashier GET /print/receipt/$pictured?template=R4 => 200
manager POST /document_templates {"code":"R5","kind":"receipt","logo":"data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAABAAIBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABsQAAAHAQAAAAAAAAAAAAAAAAABAgQFNXOy/9oACAEBAAA/AHIuraYo5Ic="} => 422 code=logo_unreadable
# A change is checked like a new one, and what was accepted stays.
manager PATCH /document_templates/$r2 {"footer":"{nobody}"} => 422 code=unknown_placeholder
manager PATCH /document_templates/$r2 {"footer":"{customer.code}"} => 200
manager PATCH /document_templates/$r2 {"kind":"invoice"} => 422 code=read_only field=kind
# Who may.
cashier GET /document_templates => 403
cashier POST /document_templates {"code":"R3","kind":"receipt"} => 403
auditor GET /document_templates => 200 items#=3
auditor POST /document_templates {"code":"R3","kind":"receipt"} => 403
anyone GET /document_templates => 401
# Printing: permission and row filter as everywhere.
cashier POST /sales_orders/checkout {"till":"T1","customer":"C1","lines":[{"product":"TEA","quantity":"2"}],"tenders":[{"kind":"cash","amount":"50.00"}]}
  => 201 id->$sale
cashier GET /print/receipt/$sale => 200
cashier@S1 GET /print/receipt/$sale => 200
cashier@S2 GET /print/receipt/$sale => 404 code=not_found
buyer GET /print/receipt/$sale => 200
anyone GET /print/receipt/$sale => 401
cashier GET /print/receipt/999999 => 404
cashier GET /print/receipt/0 => 404
cashier GET /print/receipt/x => 404
cashier GET /print/receipt => 404
cashier GET /print/nothing/$sale => 404
cashier GET /print => 404
cashier POST /print/receipt/$sale {} => 405
cashier GET /print/receipt/$sale?language=hi => 200
cashier GET /print/receipt/$sale?language=hi&digits=native => 200
cashier GET /print/receipt/$sale?language=fr => 422 code=unknown_choice field=language
cashier GET /print/receipt/$sale?digits=roman => 422 code=unknown_choice field=digits
cashier GET /print/receipt/$sale?colour=red => 422 code=unknown_filter
cashier GET /print/receipt/$sale?template=R1 => 200
cashier GET /print/receipt/$sale?template=$r2 => 200
cashier GET /print/receipt/$sale?template=R9 => 422 code=unknown_reference field=template
cashier GET /print/order_confirmation/$sale?template=R1 => 422 code=unknown_reference field=template
# Drafts have no number; open tills no Z report.
sales POST /sales_orders {"site":"S1","customer":"C1","lines":[{"product":"TEA","quantity":"3"}]} => 201 id->$draft
sales GET /print/receipt/$draft => 409 code=still_a_draft
sales GET /print/order_confirmation/$draft => 409 code=still_a_draft
sales POST /sales_orders/$draft/place => 200
sales GET /print/order_confirmation/$draft => 200
admin GET /till_sessions => 200 items[1].id->$session
cashier GET /print/z_report/$session => 409 code=till_still_open
stock_clerk GET /print/z_report/$session => 403 code=forbidden
# Invoices and credit notes.
cashier POST /sales_orders/$sale/invoice {} => 200 id->$inv
cashier GET /print/invoice/$inv => 200
cashier@S2 GET /print/invoice/$inv => 404
# Statements.
admin GET /parties?code=C1 => 200 items[0].id->$ana
accountant GET /print/statement/$ana => 200
accountant GET /print/statement/$ana?from=2026-01-01&to=2026-12-31&language=es => 200
accountant GET /print/statement/$ana?from=2026-12-31&to=2026-01-01 => 422 field=from
accountant GET /print/statement/$ana?from=soon => 422 code=bad_date field=from
cashier GET /print/statement/$ana => 200
# Labels.
admin GET /products?code=TEA => 200 items[0].id->$tea
admin GET /products?code=MUG => 200 items[0].id->$mug
buyer GET /print/labels/$tea => 200
buyer GET /print/labels/$tea?count=30&sheet=21&ids=$tea,$mug&site=S2 => 200
buyer GET /print/labels/$tea?sheet=roll => 200
buyer GET /print/labels/$tea?sheet=99 => 422 code=unknown_choice field=sheet
buyer GET /print/labels/$tea?count=0 => 422 code=bad_number field=count
buyer GET /print/labels/$tea?count=501 => 422 code=bad_number field=count
buyer GET /print/labels/$tea?ids=999999 => 422 code=unknown_reference field=ids
buyer GET /print/labels/$tea?site=XX => 422 code=unknown_reference field=site
stock_clerk GET /print/labels/$tea => 403 code=forbidden
# Samples of each kind.
manager GET /print/sample/$r1 => 200
manager POST /document_templates {"code":"I1","kind":"invoice","paper":"letter","active":false} => 201 id->$i1
manager POST /document_templates {"code":"K1","kind":"credit_note"} => 201 id->$k1
manager POST /document_templates {"code":"O1","kind":"order_confirmation"} => 201 id->$o1
manager POST /document_templates {"code":"S1","kind":"statement","site":"S1"} => 201 id->$s1
manager POST /document_templates {"code":"L1","kind":"label","language":"hi","paper":"label_roll"} => 201 id->$l1
manager GET /print/sample/$i1 => 200
manager GET /print/sample/$k1 => 200
manager GET /print/sample/$o1?language=id => 200
manager GET /print/sample/$s1 => 200
manager GET /print/sample/$l1 => 200
cashier GET /print/sample/$l1 => 403
verify
