/* Taxes of the countries that Kontor knows to begin with. They are a beginning, for the owner's
 * accountant to look over: every rate is a row that can be changed and has its days.
 *
 * Sources: Spain, Ley 37/1992 art. 90 and 91, Real Decreto-ley 20/2012. India, Central and State
 * Goods and Services Tax Acts 2017, notification 9/2025 of 17 September 2025 (rates from
 * 22 September 2025). Indonesia, UU 7/2021 art. 7 and PMK 131/2024 (11 % in effect, 12 % on luxury
 * goods). Mexico, Ley del IVA art. 1 and 2-A, decree of 31 December 2018 for the northern border.
 * United Kingdom, Value Added Tax Act 1994 and Finance (No. 2) Act 2010. Germany, UStG section 12
 * and section 28 (second half of 2020). */
#include "app/init.h"

/* clang-format off */
static const struct init_tax spain[] = {
    { "IVA-GENERAL", "IVA general", "18", "2010-07-01", "2012-08-31", NULL },
    { "IVA-GENERAL", "IVA general", "21", "2012-09-01", NULL, NULL },
    { "IVA-REDUCIDO", "IVA reducido", "8", "2010-07-01", "2012-08-31", NULL },
    { "IVA-REDUCIDO", "IVA reducido", "10", "2012-09-01", NULL, NULL },
    { "IVA-SUPERREDUCIDO", "IVA superreducido", "4", "1995-01-01", NULL, NULL },
    { "IVA-EXENTO", "Exento de IVA", "0", NULL, NULL, NULL },
};
static const struct init_tax india[] = {
    { "GST-0", "GST exempt", "0", "2017-07-01", NULL, NULL },
    { "GST-3", "GST 3 %", "3", "2017-07-01", NULL, NULL },
    { "CGST-3", "CGST 1.5 %", "1.5", "2017-07-01", NULL, "GST-3" },
    { "SGST-3", "SGST 1.5 %", "1.5", "2017-07-01", NULL, "GST-3" },
    { "GST-5", "GST 5 %", "5", "2017-07-01", NULL, NULL },
    { "CGST-5", "CGST 2.5 %", "2.5", "2017-07-01", NULL, "GST-5" },
    { "SGST-5", "SGST 2.5 %", "2.5", "2017-07-01", NULL, "GST-5" },
    { "GST-12", "GST 12 %", "12", "2017-07-01", "2025-09-21", NULL },
    { "CGST-12", "CGST 6 %", "6", "2017-07-01", "2025-09-21", "GST-12" },
    { "SGST-12", "SGST 6 %", "6", "2017-07-01", "2025-09-21", "GST-12" },
    { "GST-18", "GST 18 %", "18", "2017-07-01", NULL, NULL },
    { "CGST-18", "CGST 9 %", "9", "2017-07-01", NULL, "GST-18" },
    { "SGST-18", "SGST 9 %", "9", "2017-07-01", NULL, "GST-18" },
    { "GST-28", "GST 28 %", "28", "2017-07-01", "2025-09-21", NULL },
    { "CGST-28", "CGST 14 %", "14", "2017-07-01", "2025-09-21", "GST-28" },
    { "SGST-28", "SGST 14 %", "14", "2017-07-01", "2025-09-21", "GST-28" },
    { "GST-40", "GST 40 %", "40", "2025-09-22", NULL, NULL },
    { "CGST-40", "CGST 20 %", "20", "2025-09-22", NULL, "GST-40" },
    { "SGST-40", "SGST 20 %", "20", "2025-09-22", NULL, "GST-40" },
};
static const struct init_tax indonesia[] = {
    { "PPN", "PPN", "10", "1985-04-01", "2022-03-31", NULL },
    { "PPN", "PPN", "11", "2022-04-01", NULL, NULL },
    { "PPN-MEWAH", "PPN barang mewah", "12", "2025-01-01", NULL, NULL },
    { "PPN-BEBAS", "Bebas PPN", "0", NULL, NULL, NULL },
};
static const struct init_tax mexico[] = {
    { "IVA", "IVA", "16", "2010-01-01", NULL, NULL },
    { "IVA-FRONTERA", "IVA frontera norte", "8", "2019-01-01", NULL, NULL },
    { "IVA-0", "IVA tasa cero", "0", NULL, NULL, NULL },
    { "IVA-EXENTO", "Exento de IVA", "0", NULL, NULL, NULL },
};
static const struct init_tax united_kingdom[] = {
    { "VAT", "VAT", "17.5", "2010-01-01", "2011-01-03", NULL },
    { "VAT", "VAT", "20", "2011-01-04", NULL, NULL },
    { "VAT-REDUCED", "VAT reduced rate", "5", "1997-09-01", NULL, NULL },
    { "VAT-ZERO", "VAT zero rate", "0", NULL, NULL, NULL },
    { "VAT-EXEMPT", "Exempt from VAT", "0", NULL, NULL, NULL },
};
static const struct init_tax germany[] = {
    { "UST", "Umsatzsteuer", "19", "2007-01-01", "2020-06-30", NULL },
    { "UST", "Umsatzsteuer", "16", "2020-07-01", "2020-12-31", NULL },
    { "UST", "Umsatzsteuer", "19", "2021-01-01", NULL, NULL },
    { "UST-7", "Umsatzsteuer ermäßigt", "7", "1983-07-01", "2020-06-30", NULL },
    { "UST-7", "Umsatzsteuer ermäßigt", "5", "2020-07-01", "2020-12-31", NULL },
    { "UST-7", "Umsatzsteuer ermäßigt", "7", "2021-01-01", NULL, NULL },
    { "UST-0", "Umsatzsteuerfrei", "0", NULL, NULL, NULL },
};
static const struct init_tax united_states[] = { /* differs from street to street: set by hand */
    { "SALES-TAX", "Sales tax", "0", NULL, NULL, NULL },
    { "EXEMPT", "Exempt", "0", NULL, NULL, NULL },
};
static const struct init_tax elsewhere[] = {
    { "TAX", "Tax", "0", NULL, NULL, NULL },
    { "EXEMPT", "Exempt", "0", NULL, NULL, NULL },
};

#define TAXES(list) .taxes = (list), .n_taxes = N_ELEMENTS(list)

static const struct init_country countries[] = {
    { "ES", "es", "Europe/Madrid", true, 0, TAXES(spain) },
    { "IN", "en", "Asia/Kolkata", true, 100, TAXES(india) }, /* cash in whole rupees */
    { "ID", "id", "Asia/Jakarta", true, 0, TAXES(indonesia) },
    { "MX", "es", "America/Mexico_City", true, 0, TAXES(mexico) },
    { "GB", "en", "Europe/London", true, 0, TAXES(united_kingdom) },
    { "DE", "en", "Europe/Berlin", true, 0, TAXES(germany) },
    { "US", "en", "America/New_York", false, 0, TAXES(united_states) },
    { NULL, "en", "UTC", true, 0, TAXES(elsewhere) }, /* the last: any other */
};
/* clang-format on */

const struct init_country *init_country(text_t code)
{
    const struct init_country *c = countries;
    while (c->code && !text_is(code, c->code)) {
        c++;
    }
    return c;
}
