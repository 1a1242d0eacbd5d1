/* The demo's people and goods. Names are invented, and of the kinds that the four languages'
 * countries know. */
#include "app/demo_own.h"

const char *const demo_site_codes[D_SITES] = {
    [D_MAD] = "MAD", [D_SEV] = "SEV", [D_DC] = "DC", [D_WEB] = "WEB", [D_OFFICE] = "OFI",
};

const struct demo_user demo_users[U_USERS] = {
    [U_ADMIN] = { "lucia", "Lucía Fernández Ortega", "admin", "es", NULL },
    [U_MANAGER_MAD] = { "mateo", "Mateo Hernández Cruz", "manager", "es", "MAD" },
    [U_MANAGER_SEV] = { "grace", "Grace Whitfield", "manager", "en", "SEV" },
    [U_CASHIER_MAD] = { "siti", "Siti Rahmawati", "cashier", "id", "MAD" },
    [U_CASHIER_MAD_2] = { "arjun", "अर्जुन मेहता", "cashier", "hi", "MAD" },
    [U_CASHIER_SEV] = { "carmen", "Carmen Ruiz Delgado", "cashier", "es", "SEV" },
    [U_SALES] = { "diego", "Diego Ramírez Soto", "sales", "es", NULL },
    [U_CLERK] = { "budi", "Budi Santoso", "stock_clerk", "id", NULL },
    [U_BUYER] = { "priya", "प्रिया शर्मा", "buyer", "hi", NULL },
    [U_ACCOUNTANT] = { "oliver", "Oliver Bennett", "accountant", "en", NULL },
    [U_AUDITOR] = { "ines", "Inés Castro Vidal", "auditor", "es", NULL },
};

const struct demo_party demo_suppliers[DEMO_SUPPLIERS] = {
    { "Tés y Cafés del Sur, S.A.", "Cádiz", "ES", "es" },
    { "Especias La Vera, S.L.", "Jaraíz de la Vera", "ES", "es" },
    { "Productos del Maíz de Puebla, S.A. de C.V.", "Puebla", "MX", "es" },
    { "मालाबार मसाला कंपनी", "कोच्चि", "IN", "hi" },
    { "PT Rempah Nusantara", "Surabaya", "ID", "id" },
    { "Harrow & Daughters Ltd", "Leeds", "GB", "en" },
    { "Talavera Arte y Barro, S. de R.L.", "Dolores Hidalgo", "MX", "es" },
    { "CV Batik Kencana", "Pekalongan", "ID", "id" },
};

const struct demo_party demo_business[DEMO_BUSINESS] = {
    { "Restaurante El Patio de Atocha", "Madrid", "ES", "es" },
    { "Taquería La Güera", "Madrid", "ES", "es" },
    { "Bombay Corner", "Sevilla", "ES", "en" },
    { "Warung Jepun", "Madrid", "ES", "id" },
    { "Hotel Palacio de Triana", "Sevilla", "ES", "es" },
    { "The Tea Room Chamberí", "Madrid", "ES", "en" },
};

/* clang-format off */
const struct demo_group demo_groups[DEMO_GROUPS] = {
    { "TE", "Alimentación > Té e infusiones", "IVA10", 52, 0, 9, {
        { "English breakfast tea 250 g", 690 }, { "Earl Grey loose leaf 200 g", 750 },
        { "Darjeeling first flush 100 g", 1290 }, { "मसाला चाय 250 g", 590 },
        { "Teh melati 100 g", 420 }, { "Manzanilla de Huelva 50 g", 290 },
        { "Poleo menta, 20 bolsitas", 240 }, { "असम चाय 500 g", 890 },
        { "Flor de Jamaica 200 g", 480 }, { "Peppermint leaves 100 g", 450 } } },
    { "CA", "Alimentación > Café y cacao", "IVA10", 55, 0, 9, {
        { "Kopi Gayo 250 g", 980 }, { "Kopi Toraja 250 g", 1050 },
        { "Café de Veracruz 340 g", 840 }, { "Café de olla 250 g", 690 },
        { "Café de Chiapas molido 500 g", 1190 }, { "Café natural en grano 1 kg", 1490 },
        { "Chocolate de mesa de Oaxaca 500 g", 795 }, { "Drinking chocolate 300 g", 620 },
        { "फ़िल्टर कॉफ़ी 500 g", 790 }, { "Kopi Kintamani 250 g", 1120 } } },
    { "ES", "Alimentación > Especias", "IVA10", 45, 3, 8, {
        { "हल्दी पाउडर 200 g", 320 }, { "लाल मिर्च पाउडर 200 g", 340 },
        { "गरम मसाला 100 g", 390 }, { "Pimentón de la Vera dulce 75 g", 295 },
        { "Azafrán de La Mancha 2 g", 890 }, { "जीरा साबुत 200 g", 360 },
        { "Kayu manis 100 g", 410 }, { "Cengkih utuh 50 g", 350 },
        { "Chile ancho seco 100 g", 460 }, { "Orégano mexicano 50 g", 280 } } },
    { "SA", "Alimentación > Salsas y conservas", "IVA10", 58, 2, 7, {
        { "Mole poblano 500 g", 850 }, { "Salsa de chile habanero 150 ml", 320 },
        { "Sambal oelek 200 ml", 290 }, { "Kecap manis 620 ml", 450 },
        { "Mango chutney 340 g", 420 }, { "नींबू का अचार 400 g", 480 },
        { "Membrillo de Puente Genil 400 g", 360 }, { "English mustard 170 g", 295 },
        { "Seville orange marmalade 340 g", 430 }, { "Salsa verde de tomatillo 380 g", 390 } } },
    { "AR", "Alimentación > Arroz y legumbres", "IVA10", 66, 3, 7, {
        { "Arroz bomba 1 kg", 490 }, { "बासमती चावल 5 kg", 1590 },
        { "Beras merah 1 kg", 440 }, { "अरहर दाल 1 kg", 390 },
        { "मूंग दाल 1 kg", 370 }, { "Garbanzo pedrosillano 1 kg", 310 },
        { "Frijol negro 1 kg", 340 }, { "Lenteja pardina 1 kg", 295 },
        { "Harina de maíz nixtamalizado 1 kg", 325 }, { "Tepung beras 500 g", 240 } } },
    { "DU", "Alimentación > Dulces", "IVA10", 56, 5, 8, {
        { "Turrón de Jijona 250 g", 990 }, { "Polvorones de Estepa 500 g", 780 },
        { "Cajeta de Celaya 370 g", 650 }, { "Alegrías de amaranto, 6 piezas", 420 },
        { "Shortbread fingers 200 g", 390 }, { "Clotted cream fudge 150 g", 460 },
        { "सोन पापड़ी 500 g", 590 }, { "Dodol Garut 250 g", 480 },
        { "Kembang goyang 200 g", 410 }, { "Mazapán de Toledo 300 g", 890 } } },
    { "AC", "Alimentación > Aceites y vinagres", "IVA10", 68, 1, 5, {
        { "Aceite de oliva virgen extra 1 l", 1090 }, { "Aceite de oliva virgen extra 5 l", 4850 },
        { "Vinagre de Jerez 500 ml", 420 }, { "सरसों का तेल 1 l", 690 },
        { "Minyak kelapa 500 ml", 640 }, { "Aceite de aguacate 250 ml", 890 },
        { "देसी घी 500 g", 950 }, { "Malt vinegar 568 ml", 260 },
        { "नारियल तेल 500 ml", 590 }, { "Aceite de sésamo 250 ml", 540 } } },
    { "BE", "Alimentación > Bebidas", "IVA10", 60, 2, 6, {
        { "Horchata de chufa 1 l", 290 }, { "Agua de tamarindo 500 ml", 190 },
        { "Ginger beer 330 ml", 180 }, { "Elderflower cordial 500 ml", 590 },
        { "Sirup markisa 600 ml", 520 }, { "आम पन्ना 500 ml", 340 },
        { "Bandrek bubuk, 10 sobres", 450 }, { "Atole de vainilla 300 g", 310 },
        { "Mosto de Sanlúcar 1 l", 380 }, { "Lemon barley water 850 ml", 330 } } },
    { "CE", "Hogar > Cerámica y cocina", "IVA21", 48, 6, 4, {
        { "Plato de Talavera 27 cm", 2490 }, { "Cazuela de barro 30 cm", 1850 },
        { "Bone china mug", 1290 }, { "Brown teapot, 4 cups", 2290 },
        { "तांबे का लोटा", 2650 }, { "Cobek dan ulekan batu", 2190 },
        { "Molcajete de basalto", 3490 }, { "Paellera pulida 38 cm", 2190 },
        { "लोहे का तवा 28 cm", 1690 }, { "Tortillero de barro", 1980 } } },
    { "TX", "Hogar > Textil", "IVA21", 44, 7, 4, {
        { "Sarung batik", 2490 }, { "Kain batik tulis 2 m", 6900 },
        { "Rebozo de algodón", 4200 }, { "सूती साड़ी", 5900 },
        { "Kurta de algodón, talla M", 3200 }, { "Manta zamorana", 7900 },
        { "Irish linen tea towel", 1190 }, { "Mantel bordado 150 x 200 cm", 4500 },
        { "Cojín de Chiapas", 2690 }, { "Abanico de peral", 1450 } } },
    { "PA", "Regalo > Papelería", "IVA21", 40, 5, 4, {
        { "Cuaderno de papel amate", 1290 }, { "Libreta cosida A5", 790 },
        { "हस्तनिर्मित काग़ज़, 20 hojas", 990 }, { "Buku catatan batik", 850 },
        { "Fountain pen ink, blue", 1150 }, { "Juego de 12 lápices", 690 },
        { "Greetings card, robin", 320 }, { "Papel picado, 5 m", 480 },
        { "Calendario de pared", 990 }, { "Wrapping paper, 3 sheets", 450 } } },
    { "LI", "Regalo > Libros de cocina", "IVA4", 62, 5, 3, {
        { "Cocina de siete mercados", 2490 }, { "The Larder Book", 2690 },
        { "Masakan Rumah", 1890 }, { "रसोई की किताब", 1590 },
        { "El maíz y sus cocinas", 2990 }, { "Tea: A Short Guide", 1490 },
        { "Arroces de temporada", 2190 }, { "Bumbu dan Rempah", 1790 },
        { "Sobremesas", 1950 }, { "A Year of Preserves", 2290 } } },
    { "VE", "Hogar > Velas e incienso", "IVA21", 38, 3, 5, {
        { "चंदन अगरबत्ती, 40 varillas", 350 }, { "Copal en piedra 100 g", 490 },
        { "Dupa Bali, 20 conos", 390 }, { "Beeswax candle 20 cm", 890 },
        { "Vela de azahar", 1290 }, { "मोगरा अगरबत्ती, 40 varillas", 350 },
        { "Veladora de soya", 990 }, { "Lavender sachet", 420 },
        { "Incensario de barro", 1590 }, { "दीया, 12 piezas", 690 } } },
    { "JU", "Regalo > Juegos", "IVA21", 46, 6, 3, {
        { "Lotería ilustrada", 1190 }, { "Balero de madera", 890 },
        { "Congklak", 2490 }, { "शतरंज, madera de sheesham", 3900 },
        { "Trompo con cuerda", 590 }, { "Wooden skittles", 2190 },
        { "Gasing bambu", 790 }, { "Baraja española", 490 },
        { "साँप-सीढ़ी", 890 }, { "Tin spinning top", 1290 } } },
    { "CO", "Hogar > Cuidado personal", "IVA21", 42, 4, 5, {
        { "नीम साबुन 100 g", 320 }, { "Jabón de Castilla 150 g", 390 },
        { "Sabun sereh 90 g", 350 }, { "Lulur Jawa 250 g", 790 },
        { "आँवला तेल 200 ml", 540 }, { "Oatmeal soap 120 g", 420 },
        { "Zacate de ixtle", 380 }, { "Minyak kayu putih 60 ml", 450 },
        { "Bálsamo de rosa mosqueta 50 ml", 1290 }, { "मुल्तानी मिट्टी 200 g", 360 } } },
};

const struct demo_party demo_members[DEMO_MEMBERS] = {
    { "Ana García López", "Madrid", "ES", "es" }, { "José Luis Moreno", "Madrid", "ES", "es" },
    { "María del Mar Jiménez", "Sevilla", "ES", "es" },
    { "Pablo Navarro Gil", "Madrid", "ES", "es" },
    { "Laura Serrano Peña", "Getafe", "ES", "es" },
    { "Antonio Vargas Reyes", "Sevilla", "ES", "es" },
    { "Elena Martín Rubio", "Madrid", "ES", "es" },
    { "Javier Ortiz Molina", "Alcalá de Henares", "ES", "es" },
    { "Rocío Domínguez", "Sevilla", "ES", "es" }, { "Sergio Iglesias", "Leganés", "ES", "es" },
    { "Nuria Campos Vega", "Madrid", "ES", "es" }, { "Manuel Cortés", "Dos Hermanas", "ES", "es" },
    { "Beatriz Lozano", "Madrid", "ES", "es" }, { "Iker Etxeberria", "Madrid", "ES", "es" },
    { "Montserrat Puig", "Madrid", "ES", "es" }, { "Xoán Pereira", "Sevilla", "ES", "es" },
    { "Teresa Aguilar", "Sevilla", "ES", "es" }, { "Rafael Prieto", "Utrera", "ES", "es" },
    { "Marina Fuentes", "Madrid", "ES", "es" }, { "Alberto Sanz", "Madrid", "ES", "es" },
    { "Guadalupe Torres", "Madrid", "ES", "es" }, { "Ximena Ríos", "Madrid", "ES", "es" },
    { "Emiliano Castañeda", "Madrid", "ES", "es" }, { "Citlali Mendoza", "Sevilla", "ES", "es" },
    { "Rodrigo Villalobos", "Madrid", "ES", "es" }, { "Itzel Domínguez", "Madrid", "ES", "es" },
    { "Leonardo Cervantes", "Getafe", "ES", "es" }, { "Renata Ibarra", "Madrid", "ES", "es" },
    { "Joaquín Zamora", "Sevilla", "ES", "es" }, { "Valeria Montes", "Madrid", "ES", "es" },
    { "Fernanda Quiroz", "Madrid", "ES", "es" }, { "Andrés Maldonado", "Sevilla", "ES", "es" },
    { "Paloma Escobedo", "Madrid", "ES", "es" }, { "Tonatiuh Flores", "Madrid", "ES", "es" },
    { "Abril Santillán", "Madrid", "ES", "es" }, { "Gael Contreras", "Sevilla", "ES", "es" },
    { "अनन्या सिंह", "Madrid", "ES", "hi" }, { "रोहन गुप्ता", "Madrid", "ES", "hi" },
    { "कविता अय्यर", "Sevilla", "ES", "hi" }, { "विक्रम राठौर", "Madrid", "ES", "hi" },
    { "नेहा जोशी", "Madrid", "ES", "hi" }, { "संजय कुमार", "Madrid", "ES", "hi" },
    { "मीरा देशपांडे", "Sevilla", "ES", "hi" }, { "आदित्य वर्मा", "Madrid", "ES", "hi" },
    { "सुनीता रेड्डी", "Madrid", "ES", "hi" }, { "राजेश पटेल", "Madrid", "ES", "hi" },
    { "दीपिका नायर", "Sevilla", "ES", "hi" }, { "मनोज तिवारी", "Madrid", "ES", "hi" },
    { "Farah Khan", "Madrid", "ES", "en" }, { "Imran Qureshi", "Madrid", "ES", "hi" },
    { "Dewi Lestari", "Madrid", "ES", "id" }, { "Agus Wijaya", "Madrid", "ES", "id" },
    { "Rina Kartika", "Sevilla", "ES", "id" }, { "Bayu Pratama", "Madrid", "ES", "id" },
    { "Putri Anggraini", "Madrid", "ES", "id" }, { "Hendra Gunawan", "Madrid", "ES", "id" },
    { "Ni Luh Sari", "Sevilla", "ES", "id" }, { "Yusuf Maulana", "Madrid", "ES", "id" },
    { "Ratna Dewanti", "Madrid", "ES", "id" }, { "Eko Nugroho", "Madrid", "ES", "id" },
    { "I Made Suardana", "Sevilla", "ES", "id" }, { "Fitri Handayani", "Madrid", "ES", "id" },
    { "Emily Carter", "Madrid", "ES", "en" }, { "James Holloway", "Madrid", "ES", "en" },
    { "Charlotte Pym", "Sevilla", "ES", "en" }, { "Thomas Ashworth", "Madrid", "ES", "en" },
    { "Sophie Lindqvist", "Madrid", "ES", "en" }, { "Daniel O'Rourke", "Madrid", "ES", "en" },
    { "Hannah Fairclough", "Sevilla", "ES", "en" }, { "Samuel Okafor", "Madrid", "ES", "en" },
    { "Rebecca Thorne", "Madrid", "ES", "en" }, { "George Penhaligon", "Madrid", "ES", "en" },
    { "Alice Marchetti", "Lisboa", "PT", "en" }, { "Camille Laurent", "Paris", "FR", "en" },
    { "Jonas Bergmann", "Berlin", "DE", "en" }, { "Sofia Almeida", "Porto", "PT", "es" },
    { "Marta Kowalska", "Madrid", "ES", "en" }, { "Luca Ferrari", "Madrid", "ES", "en" },
    { "Chloé Martin", "Toulouse", "FR", "en" }, { "Pieter de Vries", "Utrecht", "NL", "en" },
};
/* clang-format on */
