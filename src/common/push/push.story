# The house has one key, made when it is first asked for.
cashier POST /push_subscriptions/key => 200 key->$key
admin POST /push_subscriptions/key => 200 key=$key
anyone POST /push_subscriptions/key => 401

# Devices. Nobody sees their addresses, nor the keys.
cashier POST /push_subscriptions/subscribe {"endpoint":"https://push.example.net/abc","p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}
  => 200 service="push.example.net" ended=false id->$s
cashier POST /push_subscriptions/subscribe {"endpoint":"http://push.example.net/abc","p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}
  => 422 code=push_endpoint_wrong field=endpoint
cashier POST /push_subscriptions/subscribe {"endpoint":"https://push.example.net/d","p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIBiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}
  => 422 code=push_key_wrong field=p256dh
cashier POST /push_subscriptions/subscribe {"endpoint":"https://push.example.net/d","p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"short"}
  => 422 code=push_key_wrong field=auth
cashier POST /push_subscriptions/subscribe {"endpoint":"https://push.example.net/d"} => 422 code=required
cashier GET /push_subscriptions => 403
manager GET /push_subscriptions => 200 items#=1 items[0].service="push.example.net"
admin GET /push_subscriptions?endpoint=x => 422 code=unknown_filter
admin PATCH /push_subscriptions/$s {"ended":true} => 405

# Whoever signs in at that browser has it from then on: one row.
sales POST /push_subscriptions/subscribe {"endpoint":"https://push.example.net/abc","p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}
  => 200 id=$s
cashier POST /push_subscriptions/unsubscribe {"endpoint":"https://push.example.net/abc"} => 200
manager GET /push_subscriptions => 200 items#=1 items[0].ended=false

# Tasks make a job for those who may take them, where anybody is to be told.
admin POST /stock_moves/transfer {"from":"S1","to":"S2","lines":[{"product":"TEA","quantity":"5"}]} => 201
admin GET /jobs?kind=push_send => 200 items#=1
work
admin GET /jobs?kind=push_send => 200 items#=1 items[0].state=done
manager POST /tasks {"title":"Look","role":"cashier"} => 201 id->$t
cashier POST /tasks/$t/claim => 200
admin GET /jobs?kind=push_send => 200 items#=2
sales POST /push_subscriptions/unsubscribe {"endpoint":"https://push.example.net/abc"} => 200
sales POST /push_subscriptions/unsubscribe {"endpoint":"https://push.example.net/never"} => 200
manager GET /push_subscriptions => 200 items#=1 items[0].ended=true
manager POST /tasks {"title":"Look again","role":"cashier"} => 201
admin GET /jobs?kind=push_send => 200 items#=2
verify
