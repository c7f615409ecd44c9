/* What a picklist may hold. Places are numbers that travel: add at the end only, take nothing out. The sources stand in
 * docs/FIELDS.md. */
#include "model/codes.h"

#define LIST(list, name) const struct code_list codes_##list = {name, list, sizeof list / sizeof list[0]}

/* clang-format off */
/* --- HTCDS 2.0 (IOM, CC BY 4.0) --- */

static const char *const gender[] = {
    "Feminine", "Masculine", "TransgenderFeminine", "TransgenderMasculine", "NonConforming", "NonSpecifiedUnknown"};
LIST(gender, "Gender");

static const char *const marital_status[] = {
    "Single", "Married", "Widowed", "Divorced", "Separated", "RegisteredPartnership"};
LIST(marital_status, "MaritalStatus");

static const char *const education[] = {
    "EarlyChildhoodEducation", "PrimaryEducation", "LowerSecondaryEducation", "UpperSecondaryEducation",
    "PostSecondaryNonTertiaryEducation", "ShortCycleTertiaryEducation", "BachelorsOrEquivalentLevel",
    "MastersOrEquivalentLevel", "DoctoralOrEquivalentLevel"};
LIST(education, "Education");

static const char *const trafficking_status[] = {
    "PossibleVictimOfTrafficking", "ActualVictimOfTrafficking", "NotAVictimOfTrafficking"};
LIST(trafficking_status, "TraffickingStatus");

static const char *const deciding_organisation[] = {
    "Police", "NGO", "CourtOrProsecution", "NonPoliceGovernmentalOrganization", "Other"};
LIST(deciding_organisation, "DecidingOrganisation");

static const char *const relationship[] = {
    "Familial", "Acquainted", "Unaquainted"};
LIST(relationship, "Relationship");

static const char *const app[] = {
    "Facebook", "Instagram", "WhatsApp", "Telegram", "FacebookMessenger", "Viber", "SnapChat", "Line", "4Sale",
    "WeChat", "QQ", "QZone", "TikTok", "Twitter", "Other"};
LIST(app, "App");

static const char *const recruitment[] = {
    "AtAPlaceOfBusiness", "AtAnEducationalInstitution", "AtWork", "ThroughOnlineSocialNetworks",
    "ThroughAnOnlineAdvertisement", "ThroughATelevisionAdvert", "ThroughANewspaperAdvert",
    "ThroughFamilyOrFamilyEvents", "ThroughFriendsOrSocialEvents", "Other"};
LIST(recruitment, "Recruitment");

static const char *const control[] = {
    "PhysicalThreats", "ThreatsLawEnforcement", "ThreatensChildrenFamily", "DebtBondage", "FalsePromises",
    "PhysicalAbuse", "SexualAbuse", "TakesEarnings", "RestrictsFinancialAccess", "RestrictsMedicalCare",
    "WithholdsNecessities", "PsychologicalAbuse", "PsychoactiveSubstance", "ExcessiveWorkingHours",
    "WithholdsDocuments", "Other"};
LIST(control, "Control");

static const char *const exploitation[] = {
    "ForcedLabour", "SexualExploitation", "ChildLabour", "ForcedMarriage", "Servitude",
    "ForcedMilitaryByNonStateActors", "OrganRemoval", "ForcedBegging", "ForcedAdoption", "Surrogacy", "Other"};
LIST(exploitation, "ExploitationType");

static const char *const industry[] = {
    "A_AgricultureForestryAndFishing", "B_MiningAndQuarrying", "C_Manufacturing",
    "D_ElectricityGasSteamAndAirConditioningSupply", "E_WaterSupplySewerageWasteManagement", "F_Construction",
    "G_WholesaleAndRetailTradeRepairOfMotorVehicles", "H_TransportationAndStorage",
    "I_AccommodationAndFoodServiceActivities", "J_InformationAndCommunication", "K_FinancialAndInsuranceActivities",
    "L_RealEstateActivities", "M_ProfessionalScientificAndTechnicalActivities",
    "N_AdministrativeAndSupportServiceActivities", "O_PublicAdministrationAndDefence", "P_Education",
    "Q_HumanHealthAndSocialWorkActivities", "R_ArtsEntertainmentAndRecreation", "S_OtherServiceActivities",
    "T_ActivitiesOfHouseholdsAsEmployers", "U_ActivitiesOfExtraterritorialOrganizations"};
LIST(industry, "Industry");

static const char *const sex_exploitation[] = {
    "Prostitution", "Pornography", "RemoteInteractiveServices", "PrivateSexualServices"};
LIST(sex_exploitation, "SexExploitation");

static const char *const role[] = {
    "TravellingPartner", "Transporter", "RecruiterOrIntermediary", "BrokerTravelAgent", "TransferredIndividual",
    "HarbouredIndividual", "SoldIndividual", "BoughtIndividual", "ReceivedIndividual", "ControlledIndividual",
    "Smuggler", "Abuser", "Kidnapper", "Exploiter", "Other"};
LIST(role, "Role");

static const char *const case_status[] = {
    "Active", "FollowUp", "Closed", "ClosedReferred"};
LIST(case_status, "CaseStatus");

static const char *const event[] = {
    "Recruitment", "Transit", "Exploitation"};
LIST(event, "EventType");

static const char *const support[] = {
    "Education", "Financial", "Health", "LabourExploitationRehabilitation", "Legal", "Livelihood",
    "RightsBasedTraining", "SexualExploitationRehabilitation", "SocialCare"};
LIST(support, "SupportType");

/* --- ours --- */

static const char *const age_band[] = {
    "From0To8", "From9To17", "From18To20", "From21To23", "From24To26", "From27To29", "From30To38", "From39To47",
    "From48"};
LIST(age_band, "AgeBand");

static const char *const adult_or_child[] = {
    "Adult", "Child", "NotSure"};
LIST(adult_or_child, "AdultOrChild");

static const char *const coarse_exploitation[] = {
    "Labour", "Sexual", "Other"};
LIST(coarse_exploitation, "CoarseExploitation");

static const char *const contact_way[] = {
    "Call", "TextMessage", "Email", "Letter", "InPerson", "ThroughAlternate"};
LIST(contact_way, "ContactWay");

static const char *const stay[] = {
    "Shelter", "OwnHome", "WithFamily", "WithFriends", "Hospital", "Detention", "Workplace", "WithExploiter",
    "NoFixedPlace", "Other"};
LIST(stay, "Stay");

static const char *const migrant[] = {
    "Family", "VisitorOrTourist", "Labour", "Student", "Irregular"};
LIST(migrant, "Migrant");

static const char *const protection[] = {
    "AsylumSeeker", "Refugee", "ComplementaryProtection", "Stateless"};
LIST(protection, "Protection");

static const char *const other_migration[] = {
    "Environmental", "Vulnerable", "Stranded", "ForcedMigrant", "Deportee", "ExCombatant", "InternallyDisplaced",
    "SeparatedOrUnaccompaniedChild", "Returnee"};
LIST(other_migration, "OtherMigration");

static const char *const document[] = {
    "Passport", "IdentityCard", "BirthCertificate", "ResidencePermit", "Visa", "TravelDocument", "RefugeeDocument",
    "DrivingLicence", "VictimStatusCertificate", "None", "Other"};
LIST(document, "Document");

static const char *const relation[] = {
    "Parent", "Child", "Sibling", "Spouse", "Partner", "Grandparent", "Grandchild", "OtherRelative", "Other"};
LIST(relation, "Relation");

static const char *const disability[] = {
    "Mobility", "Sight", "Hearing", "Speech", "Intellectual", "Psychosocial", "Other"};
LIST(disability, "Disability");

static const char *const risk_level[] = {
    "High", "Medium", "Low"};
LIST(risk_level, "RiskLevel");

static const char *const service[] = {
    "SHELTER", "EMERGENCY_SHELTER", "FOOD_NFI", "CASH", "MEDICAL_EMERGENCY", "MEDICAL", "PSYCHOSOCIAL", "ADDICTION",
    "LEGAL_ADVICE", "LEGAL_REPRESENTATION_CRIMINAL", "COMPENSATION", "IMMIGRATION_STATUS",
    "VICTIM_STATUS_APPLICATION", "IDENTITY_DOCUMENTS", "POLICE_PROTECTION", "INTERPRETATION",
    "CHILD_PROTECTION_GUARDIAN", "FAMILY_TRACING", "FAMILY_MEDIATION", "EDUCATION", "VOCATIONAL_TRAINING",
    "EMPLOYMENT", "RIGHTS_TRAINING", "VOLUNTARY_RETURN", "REINTEGRATION", "CASE_MANAGEMENT", "OTHER"};
LIST(service, "Service");

static const char *const return_wish[] = {
    "Wishes", "DoesNotWish", "NotDecided"};
LIST(return_wish, "ReturnWish");

static const char *const escort[] = {
    "None", "Social", "Medical"};
LIST(escort, "Escort");

/* clang-format on */
