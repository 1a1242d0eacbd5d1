# Who may see and do what: by site, and by key.
stock_clerk POST /stock_moves/transfer {"from":"S1","to":"S2","arrive":true,"lines":[
  {"product":"TEA","quantity":"5"}]} => 201
stock_clerk POST /stock_moves/transfer {"from":"S1","to":"S2","lines":[
  {"product":"TEA","quantity":"5"}]} => 201 transfer.id->$t

admin GET /reports/stock?product=TEA => 200 items#=2
stock_clerk@S1 GET /reports/stock?product=TEA => 200 items#=1 items[0].site=S1 items[0].on_hand=90
stock_clerk@S2 GET /reports/stock?product=TEA => 200 items#=1 items[0].site=S2 items[0].on_hand=5
stock_clerk@S2 GET /reports/stock?product=TEA&as_of=2026-03-01 => 200 items#=1 items[0].on_hand=0
stock_clerk@S1 GET /reports/stock?site=S2 => 422 code=unknown_reference field=site
stock_clerk@S2 GET /reports/stock_ledger?product=TEA => 200 items#=2
  items[0].kind=transfer_in items[0].on_hand=10 items[1].on_hand=5 items[1].stock_value=20.00
manager@S2 GET /reports/stock_value => 200 items#=1 items[0].value=20.00 items[0].in_transit=20.00
stock_clerk@S1 GET /reports/transfers_in_transit => 200 items#=0
stock_clerk@S2 GET /reports/transfers_in_transit => 200 items#=1
stock_clerk GET /reports/stock_value => 403 code=forbidden
stock_clerk GET /reports/stock_layers => 403 code=forbidden
stock_clerk GET /stock_layers => 403
anyone GET /reports/stock => 401
stock_clerk@S2 GET /stock_moves => 200 items#=2 items[0].site=S2 items[1].site=S2
stock_clerk@S1 GET /stock_transfers/$t => 404
stock_clerk@S1 POST /stock_transfers/$t/receive {} => 404
stock_clerk@S1 POST /stock_moves/receive {"site":"S2","lines":[
  {"product":"TEA","quantity":"1","unit_cost":"1"}]} => 422 code=unknown_reference field=site
stock_clerk@S1 POST /stock_moves/adjust {"site":"S1","place":"S2","reason":"x","lines":[
  {"product":"TEA","quantity":"1"}]} => 422 code=unknown_reference field=place
stock_clerk@S2 POST /stock_transfers/$t/receive {} => 200 state=received

# Pages
admin GET /reports/stock?limit=1 => 200 items#=1 items[0].product=BOOK next->$next
admin GET /reports/stock?limit=1&after=$next => 200 items#=1 items[0].product=MUG
admin GET /reports/stock?colour=red => 422 code=unknown_filter

# The same delivery sent twice is one delivery.
stock_clerk POST /stock_moves/receive KEY=dn-9 {"site":"S1","lines":[
  {"product":"MUG","quantity":"1","unit_cost":"5.00"}]} => 201 id->$once
stock_clerk POST /stock_moves/receive KEY=dn-9 {"site":"S1","lines":[
  {"product":"MUG","quantity":"1","unit_cost":"5.00"}]} => 201 id=$once
stock_clerk POST /stock_moves/receive KEY=dn-9 {"site":"S1","lines":[
  {"product":"MUG","quantity":"2","unit_cost":"5.00"}]} => 422 code=idempotency_key_reused
admin GET /reports/stock?site=S1&product=MUG => 200 items[0].on_hand=51
verify
