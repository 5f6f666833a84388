#include "data/io/xdmf.hpp"

#include <fmt/format.h>

#include <string_view>

namespace tessera::data {

namespace {

std::string escape(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else if (c == '>')
      result += "&gt;";
    else if (c == '"')
      result += "&quot;";
    else
      result += c;
  }
  return result;
}

std::string data_item(const std::string& file, const openpmd::Iteration& iteration, const openpmd::Record& record,
                      const std::string& component, int indent) {
  const char* kind = record.type == H5T_FLOAT ? "Float" : record.is_unsigned ? "UInt" : "Int";
  return fmt::format(
      "{:{}}<DataItem Format=\"HDF\" NumberType=\"{}\" Precision=\"{}\" Dimensions=\"{}\">{}:{}/{}{}{}</DataItem>\n",
      "", indent, kind, record.bytes, iteration.rows, escape(file), openpmd::particles_path(iteration.step),
      escape(record.name), component.empty() ? "" : "/", component);
}

/// Three components as one array.
std::string joined_item(const std::string& file, const openpmd::Iteration& iteration, const openpmd::Record& record) {
  std::string text = fmt::format(
      "          <DataItem ItemType=\"Function\" Function=\"JOIN($0, $1, $2)\" Dimensions=\"{} 3\">\n", iteration.rows);
  for (const auto& component : record.components) text += data_item(file, iteration, record, component, 12);
  return text + "          </DataItem>\n";
}

std::string attribute(const std::string& file, const openpmd::Iteration& iteration, const openpmd::Record& record) {
  if (record.components.size() == 3)
    return fmt::format(
        "        <Attribute Name=\"{}\" AttributeType=\"Vector\" Center=\"Node\">\n{}        </Attribute>\n",
        escape(record.name), joined_item(file, iteration, record));
  std::string text;
  for (const auto& component : record.components)
    text += fmt::format(
        "        <Attribute Name=\"{}{}{}\" AttributeType=\"Scalar\" Center=\"Node\">\n{}        </Attribute>\n",
        escape(record.name), component.empty() ? "" : "_", component,
        data_item(file, iteration, record, component, 10));
  return text;
}

std::string grid(const std::string& file, const openpmd::Iteration& iteration) {
  std::string geometry, attributes;
  for (const auto& record : iteration.records)
    (record.name == "position" ? geometry : attributes) +=
        record.name == "position" ? joined_item(file, iteration, record) : attribute(file, iteration, record);
  return fmt::format(
      "      <Grid Name=\"particles\" GridType=\"Uniform\">\n"
      "        <Time Value=\"{}\"/>\n"
      "        <Topology TopologyType=\"Polyvertex\" NumberOfElements=\"{}\" NodesPerElement=\"1\"/>\n"
      "        <Geometry GeometryType=\"XYZ\">\n{}        </Geometry>\n{}      </Grid>\n",
      iteration.time, iteration.rows, geometry, attributes);
}

}  // namespace

std::string xdmf_text(const std::string& file, const std::vector<openpmd::Iteration>& iterations) {
  std::string text =
      "<?xml version=\"1.0\"?>\n"
      "<!DOCTYPE Xdmf SYSTEM \"Xdmf.dtd\" []>\n"
      "<Xdmf Version=\"2.0\">\n"
      "  <Domain>\n"
      "    <Grid Name=\"series\" GridType=\"Collection\" CollectionType=\"Temporal\">\n";
  for (const auto& iteration : iterations)
    if (iteration.rows > 0) text += grid(file, iteration);
  return text + "    </Grid>\n  </Domain>\n</Xdmf>\n";
}

}  // namespace tessera::data
