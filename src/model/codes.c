#include "model/codes.h"

#include "base/sorted.h"

#include <string.h>

/* In order, one blank between. XK (Kosovo) is not assigned by ISO 3166: it is the code in use, in passports, too. */
/* clang-format off */
static const char countries[] =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

static const char languages[] =
    "aar abk ace ach ada ady afa afh afr ain aka akk ale alg alt amh ang anp apa ara arc arg arn arp art arw asm ast "
    "ath aus ava ave awa aym aze bad bai bak bal bam ban bas bat bej bel bem ben ber bho bih bik bin bis bla bnt bod "
    "bos bra bre btk bua bug bul byn cad cai car cat cau ceb cel ces cha chb che chg chk chm chn cho chp chr chu chv "
    "chy cmc cnr cop cor cos cpe cpf cpp cre crh crp csb cus cym dak dan dar day del den deu dgr din div doi dra dsb "
    "dua dum dyu dzo efi egy eka ell elx eng enm epo est eus ewe ewo fan fao fas fat fij fil fin fiu fon fra frm fro "
    "frr frs fry ful fur gaa gay gba gem gez gil gla gle glg glv gmh goh gon gor got grb grc grn gsw guj gwi hai hat "
    "hau haw heb her hil him hin hit hmn hmo hrv hsb hun hup hye iba ibo ido iii ijo iku ile ilo ina inc ind ine inh "
    "ipk ira iro isl ita jav jbo jpn jpr jrb kaa kab kac kal kam kan kar kas kat kau kaw kaz kbd kha khi khm kho kik "
    "kin kir kmb kok kom kon kor kos kpe krc krl kro kru kua kum kur kut lad lah lam lao lat lav lez lim lin lit lol "
    "loz ltz lua lub lug lui lun luo lus mad mag mah mai mak mal man map mar mas mdf mdr men mga mic min mis mkd mkh "
    "mlg mlt mnc mni mno moh mon mos mri msa mul mun mus mwl mwr mya myn myv nah nai nap nau nav nbl nde ndo nds nep "
    "new nia nic niu nld nno nob nog non nor nqo nso nub nwc nya nym nyn nyo nzi oci oji ori orm osa oss ota oto paa "
    "pag pal pam pan pap pau peo phi phn pli pol pon por pra pro pus que raj rap rar roa roh rom ron run rup rus sad "
    "sag sah sai sal sam san sas sat scn sco sel sem sga sgn shn sid sin sio sit sla slk slv sma sme smi smj smn smo "
    "sms sna snd snk sog som son sot spa sqi srd srn srp srr ssa ssw suk sun sus sux swa swe syc syr tah tai tam tat "
    "tel tem ter tet tgk tgl tha tig tir tiv tkl tlh tli tmh tog ton tpi tsi tsn tso tuk tum tup tur tut tvl twi tyv "
    "udm uga uig ukr umb und urd uzb vai ven vie vol vot wak wal war was wen wln wol xal xho yao yap yid yor ypk zap "
    "zbl zen zgh zha zho znd zul zun zxx zza";

static const char bibliographic[][2][4] = {
    {"alb", "sqi"}, {"arm", "hye"}, {"baq", "eus"}, {"bur", "mya"}, {"chi", "zho"}, {"cze", "ces"}, {"dut", "nld"},
    {"fre", "fra"}, {"geo", "kat"}, {"ger", "deu"}, {"gre", "ell"}, {"ice", "isl"}, {"mac", "mkd"}, {"mao", "mri"},
    {"may", "msa"}, {"per", "fas"}, {"rum", "ron"}, {"slo", "slk"}, {"tib", "bod"}, {"wel", "cym"}};
/* clang-format on */

uint32_t codes_find(const struct code_list *list, struct view code)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (view_equal(code, view_of_text(list->codes[i])))
            return i + 1;
    return 0;
}

bool codes_has(const struct code_list *list, uint32_t number)
{
    return number >= 1 && number <= list->count;
}

const char *codes_name(const struct code_list *list, uint32_t number)
{
    return codes_has(list, number) ? list->codes[number - 1] : NULL;
}

/* Rows of the lists above: the letters of a word and the blank behind it, or the NUL that ends the list. */
static int compare_country(const void *key, const void *row)
{
    return memcmp(key, row, 2);
}

static int compare_language(const void *key, const void *row)
{
    return memcmp(key, row, 3);
}

static uint32_t letters_read(struct view v)
{
    uint32_t n = 0;

    for (size_t i = 0; i < v.size; i++)
        n = n << 8 | v.at[i];
    return n;
}

void letters_write(uint32_t letters, size_t size, char *out)
{
    for (size_t i = 0; i < size; i++)
        out[i] = (char)(letters >> 8 * (size - 1 - i) & 0xFF);
    out[size] = '\0';
}

bool country_is_known(uint32_t letters)
{
    char word[3];

    letters_write(letters, 2, word);
    return letters <= 0xFFFF && sorted_find(word, countries, sizeof countries / 3, 3, compare_country) != NULL;
}

bool language_is_known(uint32_t letters)
{
    char word[4];

    letters_write(letters, 3, word);
    return letters <= 0xFFFFFF && sorted_find(word, languages, sizeof languages / 4, 4, compare_language) != NULL;
}

uint32_t country_find(struct view alpha2)
{
    uint32_t n = alpha2.size == 2 ? letters_read(alpha2) : 0;

    return country_is_known(n) ? n : 0;
}

uint32_t language_find(struct view alpha3)
{
    uint32_t n = alpha3.size == 3 ? letters_read(alpha3) : 0;

    return language_is_known(n) ? n : 0;
}

const char *language_terminological(struct view v)
{
    for (size_t i = 0; i < sizeof bibliographic / sizeof bibliographic[0]; i++)
        if (view_equal(v, view_of_text(bibliographic[i][0])))
            return bibliographic[i][1];
    return NULL;
}
