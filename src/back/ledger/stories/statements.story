# The statements row by row: accounts under their headings, totals, and the result that is not closed yet.
accountant POST /journal_entries {"posted_on":"2026-03-01","kind":"opening","lines":[
  {"account":"1020","debit":"1000.00"},{"account":"3000","credit":"700.00"},{"account":"2600","credit":"300.00"}]}
  => 201
cashier POST /sales_orders/checkout {"till":"T1","lines":[{"product":"MUG","quantity":"1"}],
  "tenders":[{"kind":"card","amount":"12.10"}]} => 201
accountant GET /reports/balance_sheet => 200
  items[0].row=heading items[0].code=10 items[0].level=1 items[0].amount=1012.10
  items[1].row=account items[1].code=1000 items[1].level=2 items[1].amount=200.00
  items[2].code=1010 items[2].amount=-200.00 items[3].code=1020 items[3].amount=1000.00
  items[4].code=1030 items[4].amount=12.10
  items[5].row=heading items[5].code=12 items[5].amount=765.00 items[6].code=1200 items[6].amount=765.00
  items[7].row=total items[7].section=asset items[7].level=0 items[7].amount=1777.10 items[7].account=null
  items[8].code=2000 items[8].amount=770.00 items[8].level=1
  items[9].code=2100 items[9].amount=2.10 items[10].code=2600 items[10].amount=300.00
  items[11].row=total items[11].section=liability items[11].amount=1072.10
  items[12].code=3000 items[12].amount=700.00
  items[13].row=result items[13].section=equity items[13].amount=5.00
  items[14].row=total items[14].amount=705.00 items#=15 items[14].compare=null
  tie_out.assets=1777.10 tie_out.liabilities=1072.10 tie_out.equity=705.00 tie_out.difference=0.00
accountant GET /reports/balance_sheet?compare=2026-03-01 => 200
  items[3].code=1020 items[3].amount=1000.00 items[3].compare=1000.00 items[4].compare=0.00
  items[7].compare=1000.00
accountant GET /reports/balance_sheet?as_of=2026-02-28 => 200 items#=3 items[0].row=total items[0].amount=0.00
accountant GET /reports/profit_and_loss => 200
  items[0].code=4000 items[0].amount=10.00 items[0].section=income items[1].row=total items[1].amount=10.00
  items[2].row=heading items[2].code=50 items[2].amount=5.00 items[3].code=5000 items[3].amount=5.00
  items[4].row=total items[4].amount=5.00 items[5].row=result items[5].amount=5.00 items#=6
  tie_out.income=10.00 tie_out.expense=5.00 tie_out.result=5.00 tie_out.net_assets=5.00 tie_out.difference=0.00
accountant GET /reports/profit_and_loss?site=S2 => 200 tie_out.result=0.00
accountant GET /reports/balance_sheet?site=S1 => 200 tie_out.difference=0.00
accountant GET /reports/profit_and_loss?to=x => 422 code=bad_date field=to
accountant GET /reports/trial_balance => 200
  items[0].code=1000 items[0].kind=asset items[0].debit=200.00 items[0].balance=200.00 items[0].account.code=1000
  tie_out.opening=0.00 tie_out.difference=0.00
verify
