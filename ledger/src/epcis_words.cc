#include "epcis_words.h"

#include <algorithm>

#include "uri.h"

namespace nianlun {
namespace {

// Facts of CBV 2.0, chapter 7, and of the JSON schema of EPCIS 2.0.1; each list sorted.
constexpr std::string_view kBizSteps[] = {"accepting",
                                          "arriving",
                                          "assembling",
                                          "collecting",
                                          "commissioning",
                                          "consigning",
                                          "creating_class_instance",
                                          "cycle_counting",
                                          "decommissioning",
                                          "departing",
                                          "destroying",
                                          "disassembling",
                                          "dispensing",
                                          "encoding",
                                          "entering_exiting",
                                          "holding",
                                          "inspecting",
                                          "installing",
                                          "killing",
                                          "loading",
                                          "other",
                                          "packing",
                                          "picking",
                                          "receiving",
                                          "removing",
                                          "repackaging",
                                          "repairing",
                                          "replacing",
                                          "reserving",
                                          "retail_selling",
                                          "sampling",
                                          "sensor_reporting",
                                          "shipping",
                                          "staging_outbound",
                                          "stock_taking",
                                          "stocking",
                                          "storing",
                                          "transporting",
                                          "unloading",
                                          "unpacking",
                                          "void_shipping"};
constexpr std::string_view kDispositions[] = {"active",
                                              "available",
                                              "completeness_inferred",
                                              "completeness_verified",
                                              "conformant",
                                              "container_closed",
                                              "container_open",
                                              "damaged",
                                              "destroyed",
                                              "dispensed",
                                              "disposed",
                                              "encoded",
                                              "expired",
                                              "in_progress",
                                              "in_transit",
                                              "inactive",
                                              "mismatch_class",
                                              "mismatch_instance",
                                              "mismatch_quantity",
                                              "needs_replacement",
                                              "no_pedigree_match",
                                              "non_conformant",
                                              "non_sellable_other",
                                              "partially_dispensed",
                                              "recalled",
                                              "reserved",
                                              "retail_sold",
                                              "returned",
                                              "sellable_accessible",
                                              "sellable_not_accessible",
                                              "stolen",
                                              "unavailable",
                                              "unknown"};
constexpr std::string_view kTransactionTypes[] = {
    "bol",       "cert",   "desadv", "inv",     "pedigree", "po",   "poc",
    "prodorder", "recadv", "rma",    "testprd", "testres",  "upevt"};
constexpr std::string_view kPartyTypes[] = {"location", "owning_party", "possessing_party"};
constexpr std::string_view kErrorReasons[] = {"did_not_occur", "incorrect_data"};
constexpr std::string_view kMeasurements[] = {"AbsoluteHumidity",
                                              "AbsorbedDose",
                                              "AbsorbedDoseRate",
                                              "Acceleration",
                                              "Altitude",
                                              "AmountOfSubstance",
                                              "AmountOfSubstancePerUnitVolume",
                                              "Angle",
                                              "AngularAcceleration",
                                              "AngularMomentum",
                                              "AngularVelocity",
                                              "Area",
                                              "Capacitance",
                                              "Conductance",
                                              "Conductivity",
                                              "Count",
                                              "Density",
                                              "Dimensionless",
                                              "DoseEquivalent",
                                              "DoseEquivalentRate",
                                              "DynamicViscosity",
                                              "ElectricCharge",
                                              "ElectricCurrent",
                                              "ElectricCurrentDensity",
                                              "ElectricFieldStrength",
                                              "Energy",
                                              "Exposure",
                                              "Force",
                                              "Frequency",
                                              "Illuminance",
                                              "Inductance",
                                              "Irradiance",
                                              "KinematicViscosity",
                                              "Length",
                                              "LinearMomentum",
                                              "Luminance",
                                              "LuminousFlux",
                                              "LuminousIntensity",
                                              "MagneticFlux",
                                              "MagneticFluxDensity",
                                              "MagneticVectorPotential",
                                              "Mass",
                                              "MassConcentration",
                                              "MassFlowRate",
                                              "MassPerAreaTime",
                                              "MemoryCapacity",
                                              "MolalityOfSolute",
                                              "MolarEnergy",
                                              "MolarMass",
                                              "MolarVolume",
                                              "Power",
                                              "Pressure",
                                              "RadiantFlux",
                                              "RadiantIntensity",
                                              "Radioactivity",
                                              "RelativeHumidity",
                                              "Resistance",
                                              "Resistivity",
                                              "SolidAngle",
                                              "SpecificVolume",
                                              "Speed",
                                              "SurfaceDensity",
                                              "SurfaceTension",
                                              "Temperature",
                                              "Time",
                                              "Torque",
                                              "Voltage",
                                              "Volume",
                                              "VolumeFlowRate",
                                              "VolumeFraction",
                                              "VolumetricFlux",
                                              "Wavenumber"};
constexpr std::string_view kAlerts[] = {"ALARM_CONDITION", "ERROR_CONDITION"};
constexpr std::string_view kComponents[] = {"altitude",
                                            "axial_distance",
                                            "azimuth",
                                            "easting",
                                            "elevation_angle",
                                            "height",
                                            "latitude",
                                            "longitude",
                                            "northing",
                                            "polar_angle",
                                            "spherical_radius",
                                            "x",
                                            "y",
                                            "z"};

// In the JSON binding these names of GS1 are written as bare words only.
constexpr std::string_view kVocabularyAddresses[] = {"urn:epcglobal:cbv", "http://ns.gs1.org/cbv/",
                                                     "https://ns.gs1.org/cbv/"};
constexpr std::string_view kWebVocabularyAddresses[] = {
    "http://gs1.org/voc/", "https://gs1.org/voc/", "http://www.gs1.org/voc/",
    "https://www.gs1.org/voc/"};

bool starts_with_any(std::string_view text, std::span<const std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return text.starts_with(prefix); });
}

}  // namespace

std::span<const std::string_view> words(Vocabulary vocabulary) {
  switch (vocabulary) {
    case Vocabulary::kBizStep:
      return kBizSteps;
    case Vocabulary::kDisposition:
      return kDispositions;
    case Vocabulary::kTransactionType:
      return kTransactionTypes;
    case Vocabulary::kPartyType:
      return kPartyTypes;
    case Vocabulary::kErrorReason:
      return kErrorReasons;
    case Vocabulary::kMeasurement:
      return kMeasurements;
    case Vocabulary::kAlert:
      return kAlerts;
    case Vocabulary::kComponent:
      return kComponents;
  }
  return {};
}

bool is_word_or_uri(Vocabulary vocabulary, std::string_view text) {
  const auto list = words(vocabulary);
  if (std::binary_search(list.begin(), list.end(), text)) return true;
  const bool of_web = vocabulary == Vocabulary::kMeasurement || vocabulary == Vocabulary::kAlert;
  const std::span<const std::string_view> own =
      of_web ? std::span<const std::string_view>(kWebVocabularyAddresses) : kVocabularyAddresses;
  return is_uri(text) && !starts_with_any(text, own);
}

}  // namespace nianlun
