admin POST /sites {"code":"S3","name":"Third","kind":"store"} => 201
admin GET /places?site=S3&sort=code => 200
  items[0].code=S3 items[0].main=true items[0].kind=storage items[0].id->$main
  items[1].code=S3-TRANSIT items[1].kind=transit items[1].main=false items[1].id->$transit
admin PATCH /places/$main {"main":false} => 409 code=main_place_needed field=main
admin DELETE /places/$main => 409 code=main_place_needed
admin DELETE /places/$transit => 409 code=main_place_needed
admin PATCH /places/$transit {"main":true} => 422 code=transit_place field=main
admin PATCH /places/$transit {"allow_negative":true} => 422 code=transit_place field=allow_negative
admin POST /places {"code":"S3-X","name":"X","site":"S3","kind":"transit"} => 422 code=read_only
admin POST /places {"code":"S3","name":"Again","site":"S3"} => 409 code=taken
cashier POST /places {"code":"S3-Y","name":"Y","site":"S3"} => 403 code=forbidden
# Another place becomes the main one; receipts go there from now on.
admin POST /places {"code":"S3-FRONT","name":"Front","site":"S3","main":true} => 201 id->$front
admin GET /places/$main => 200 main=false
stock_clerk POST /stock_moves/receive {"site":"S3","lines":[
  {"product":"TEA","quantity":"1","unit_cost":"4.00"}]} => 201 moves[0].place.code=S3-FRONT
admin PATCH /places/$main {"main":true} => 200 main=true
admin GET /places/$front => 200 main=false
admin DELETE /places/$front => 409 code=place_not_empty detail~S3-FRONT
stock_clerk POST /stock_moves/adjust {"site":"S3","place":"S3-FRONT","reason":"used","lines":[
  {"product":"TEA","quantity":"-1"}]} => 201 value=-4.00
admin DELETE /places/$front => 200
stock_clerk POST /stock_moves/receive {"site":"S3","place":$front,"lines":[
  {"product":"TEA","quantity":"1","unit_cost":"4.00"}]} => 409 code=archived
verify
