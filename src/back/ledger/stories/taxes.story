# A tax in parts: each part to its account, shared once for the whole document.
accountant POST /accounts {"code":"2110","name":"Central GST","kind":"liability"} => 201
accountant POST /accounts {"code":"2120","name":"State GST","kind":"liability"} => 201
admin POST /taxes {"code":"GST18","name":"GST 18 %","rate":"18","included":true} => 201
admin POST /taxes {"code":"CGST9","name":"CGST","rate":"9","included":true,"part_of":"GST18","account":"2110"} => 201
admin POST /taxes {"code":"SGST9","name":"SGST","rate":"9","included":true,"part_of":"GST18","account":"2120"} => 201
admin POST /products {"code":"LAMP","name":"Lamp","kind":"service","price":"11.80","tax":"GST18"} => 201
admin POST /products {"code":"ODD","name":"Odd","kind":"service","price":"10.00","tax":"GST18"} => 201
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"LAMP","quantity":"1"}],
  "tenders":[{"kind":"card","amount":"11.80"}]} => 201 tax=1.80
accountant GET /reports/trial_balance?account=2110 => 200 items[0].balance=-0.90
accountant GET /reports/trial_balance?account=2120 => 200 items[0].balance=-0.90
accountant GET /reports/trial_balance?account=4000 => 200 items[0].balance=-10.00
# Twice 1.53 by line are 3.06 in all: 1.53 and 1.53, not 0.77 + 0.77 and 0.76 + 0.76.
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"ODD","quantity":"1"},
  {"product":"TEA","quantity":"1"},{"product":"ODD","quantity":"1"}],
  "tenders":[{"kind":"card","amount":"30.00"}]} => 201 tax=3.97 id->$odd
accountant GET /reports/trial_balance?account=2110 => 200 items[0].balance=-2.43
accountant GET /reports/trial_balance?account=2120 => 200 items[0].balance=-2.43
accountant GET /reports/trial_balance?account=2100 => 200 items[0].balance=-0.91
cashier POST /sales_orders/$odd/return {"till":"T1","reason":"dim","lines":[{"line":1,"quantity":"1"}],
  "tenders":[{"kind":"card","amount":"10.00"}]} => 200 tax=-1.53
accountant GET /reports/trial_balance?account=2110&from=2026-03-01 => 200 items[0].credit=2.43
accountant GET /reports/trial_balance => 200 tie_out.difference=0.00
# A tax without an account of its own, and one whose account is a control account, fall to the rule.
admin POST /taxes {"code":"ECO","name":"Eco","rate":"25","included":true,"account":"1200"} => 201
admin POST /products {"code":"BULB","name":"Bulb","kind":"service","price":"10.00","tax":"ECO"} => 201
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"BULB","quantity":"1"}],
  "tenders":[{"kind":"card","amount":"10.00"}]} => 201 tax=2.00
accountant GET /reports/trial_balance?account=2100 => 200 items[0].balance=-2.91
verify
