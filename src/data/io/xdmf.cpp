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

/// Where the values of a grid lie in the file.
struct Source {
  std::string file;
  std::string parent;   // path of the records
  std::string extents;  // "60" or "8 5 6"
  const char* center;   // Node or Cell
};

std::string data_item(const Source& source, const openpmd::Record& record, const std::string& component, int indent) {
  const char* kind = record.type == H5T_FLOAT ? "Float" : record.is_unsigned ? "UInt" : "Int";
  return fmt::format(
      "{:{}}<DataItem Format=\"HDF\" NumberType=\"{}\" Precision=\"{}\" Dimensions=\"{}\">{}:{}/{}{}{}</DataItem>\n",
      "", indent, kind, record.bytes, source.extents, escape(source.file), source.parent, escape(record.name),
      component.empty() ? "" : "/", component);
}

/// Three components as one array.
std::string joined_item(const Source& source, const openpmd::Record& record) {
  std::string text = fmt::format(
      "          <DataItem ItemType=\"Function\" Function=\"JOIN($0, $1, $2)\" Dimensions=\"{} 3\">\n", source.extents);
  for (const auto& component : record.components) text += data_item(source, record, component, 12);
  return text + "          </DataItem>\n";
}

std::string attribute(const Source& source, const openpmd::Record& record) {
  if (record.components.size() == 3)
    return fmt::format(
        "        <Attribute Name=\"{}\" AttributeType=\"Vector\" Center=\"{}\">\n{}        </Attribute>\n",
        escape(record.name), source.center, joined_item(source, record));
  std::string text;
  for (const auto& component : record.components)
    text += fmt::format(
        "        <Attribute Name=\"{}{}{}\" AttributeType=\"Scalar\" Center=\"{}\">\n{}        </Attribute>\n",
        escape(record.name), component.empty() ? "" : "_", component, source.center,
        data_item(source, record, component, 10));
  return text;
}

/// A short list of numbers within the XML.
std::string inline_item(const std::vector<double>& values) {
  return fmt::format(
      "          <DataItem Format=\"XML\" NumberType=\"Float\" Precision=\"8\" Dimensions=\"{}\">{}"
      "</DataItem>\n",
      values.size(), fmt::join(values, " "));
}

}  // namespace

std::string xdmf_grid(const std::string& file, const openpmd::Iteration& iteration) {
  if (iteration.rows == 0) return "";
  const Source source{file, openpmd::particles_path(iteration.step), std::to_string(iteration.rows), "Node"};
  std::string geometry, attributes;
  for (const auto& record : iteration.records)
    (record.name == "position" ? geometry : attributes) +=
        record.name == "position" ? joined_item(source, record) : attribute(source, record);
  return fmt::format(
      "      <Grid Name=\"particles\" GridType=\"Uniform\">\n"
      "        <Time Value=\"{}\"/>\n"
      "        <Topology TopologyType=\"Polyvertex\" NumberOfElements=\"{}\" NodesPerElement=\"1\"/>\n"
      "        <Geometry GeometryType=\"XYZ\">\n{}        </Geometry>\n{}      </Grid>\n",
      iteration.time, iteration.rows, geometry, attributes);
}

std::string xdmf_grid(const std::string& file, const openpmd::MeshIteration& iteration) {
  const bool has_cells = iteration.position != 0.0;
  const Source source{file, openpmd::meshes_path(iteration.step), fmt::format("{}", fmt::join(iteration.dims, " ")),
                      has_cells ? "Cell" : "Node"};
  auto nodes = iteration.dims;
  auto spacing = iteration.spacing, origin = iteration.offset;
  if (nodes.size() == 1) {  // a strip, one cell wide
    nodes.insert(nodes.begin(), 1);
    spacing.insert(spacing.begin(), spacing[0]);
    origin.insert(origin.begin(), 0.0);
  }
  for (auto& count : nodes) count += has_cells ? 1 : 0;
  std::string attributes;
  for (const auto& record : iteration.records) attributes += attribute(source, record);
  return fmt::format(
      "      <Grid Name=\"fields\" GridType=\"Uniform\">\n"
      "        <Time Value=\"{}\"/>\n"
      "        <Topology TopologyType=\"{}DCoRectMesh\" Dimensions=\"{}\"/>\n"
      "        <Geometry GeometryType=\"{}\">\n{}{}        </Geometry>\n{}      </Grid>\n",
      iteration.time, nodes.size(), fmt::join(nodes, " "), nodes.size() == 3 ? "ORIGIN_DXDYDZ" : "ORIGIN_DXDY",
      inline_item(origin), inline_item(spacing), attributes);
}

std::string xdmf_text(const std::vector<std::string>& grids) {
  std::string text =
      "<?xml version=\"1.0\"?>\n"
      "<!DOCTYPE Xdmf SYSTEM \"Xdmf.dtd\" []>\n"
      "<Xdmf Version=\"2.0\">\n"
      "  <Domain>\n"
      "    <Grid Name=\"series\" GridType=\"Collection\" CollectionType=\"Temporal\">\n";
  for (const auto& grid : grids) text += grid;
  return text + "    </Grid>\n  </Domain>\n</Xdmf>\n";
}

}  // namespace tessera::data
