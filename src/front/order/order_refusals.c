/* The business refusals of the order area. */
#include "front/order/order_parts.h"

#define R(name, status_, title_, detail_)                                                          \
    const struct refusal refusal_##name = {                                                        \
        .code = #name, .status = status_, .title = title_, .detail = detail_                       \
    }

R(tenders_too_small, 422, N_("Not enough money"),
  N_("The tenders do not cover the amount due of {1}. {2} is missing."));
R(change_only_from_cash, 422, N_("Change is given for cash only"),
  N_("{1} may not exceed what is due: {2}. Only cash gives change."));
R(tenders_mismatch, 422, N_("The refund does not add up"),
  N_("The tenders must add up to the amount that is given back: {1}."));
R(gift_card_unknown, 422, N_("Unknown gift card"),
  N_("No gift card with this number was issued here."));
R(cash_needs_till, 422, N_("Which drawer?"),
  N_("Cash goes into or out of the drawer of a till. Name the till, or choose another tender."));
R(account_needs_customer, 422, N_("Whose account?"),
  N_("To sell on account the customer must be named."));
R(credit_limit_exceeded, 409, N_("Credit limit exceeded"),
  N_("The credit limit of {1} is {2}; with this sale more would be open on the account."));
R(product_not_for_sale, 422, N_("Not for sale"),
  N_("{1} is not for sale. Choose another product."));
R(quantity_too_fine, 422, N_("Quantity too fine"),
  N_("{1} is sold in quantities of at most {2} decimals."));
R(product_or_barcode, 422, N_("Which product?"),
  N_("Each line names its product, by code or by barcode, but not both."));
R(till_or_site, 422, N_("Where?"), N_("Name the till, or the site when there is no till."));
R(till_elsewhere, 422, N_("The till stands elsewhere"),
  N_("Till {1} does not belong to this site."));
R(sold_at_in_future, 422, N_("Time lies in the future"),
  N_("The time of sale {1} lies in the future. Check the clock of the till."));
R(line_unknown, 422, N_("Unknown line"), N_("The sale has no line {1}."));
R(return_too_much, 409, N_("More than was bought"),
  N_("Of {1} no more than {2} can still come back."));
R(return_of_return, 409, N_("This is a return"),
  N_("A return cannot be returned. Sell the goods again."));
R(order_not_paid, 409, N_("Not paid"),
  N_("{1} of {2} is still to be paid. Take the payment, or put it on the customer's account."));
R(invoice_needs_customer, 422, N_("Whom to invoice?"),
  N_("The order names no customer. Name the one who is invoiced."));
R(invoice_other_customer, 409, N_("Another customer"),
  N_("The order belongs to another customer, who is the one to be invoiced."));
R(origin_not_invoiced, 409, N_("The sale was not invoiced"),
  N_("A credit note takes back an invoice, and the sale that came back has none. Invoice it "
     "first."));
R(order_empty, 422, N_("No lines"), N_("An order needs at least one line."));
