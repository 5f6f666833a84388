#include "sim/linear/stored_system.hpp"

#include <map>
#include <string_view>

#include "data/io/h5_input.hpp"

extern "C" const char tessera_linear_systems[];
extern "C" const unsigned long tessera_linear_systems_size;

namespace tessera::sim::linear {

namespace {

using data::h5::Id;
using math::Matrix;

constexpr std::size_t max_systems = 1000;

class StoredFile {
 public:
  StoredFile() : file_({tessera_linear_systems, tessera_linear_systems_size}, "systems.h5 (in the library)") {}

  std::vector<std::string> ids() const { return file_.children(file_.id(), "/", max_systems); }
  Id open(const std::string& id) const { return file_.open_group(file_.id(), id, id); }
  bool has(const Id& group, const char* name) const { return data::h5::Input::has(group, name); }
  std::string text(const Id& group, const char* name) const {
    return data::h5::read_string(group, name, file_.place(name));
  }
  std::vector<double> numbers(const Id& group, const char* name, std::size_t count) const {
    return data::h5::read_numbers<double>(group, name, count, file_.place(name));
  }

  /// A list becomes a diagonal matrix.
  Matrix matrix(const Id& group, const char* name) const {
    const Id dataset = file_.open_dataset(group, name, name);
    const auto extents = data::h5::extents(dataset);
    if (extents.empty() || extents.size() > 2) file_.fail(name, "is neither a list nor a matrix");
    const auto rows = static_cast<std::size_t>(extents[0]);
    const std::size_t cols = extents.size() == 2 ? static_cast<std::size_t>(extents[1]) : 1;
    std::vector<double> values(rows * cols);
    file_.read_block(dataset, std::vector<hsize_t>(extents.size()), extents, data::h5::memory_type<double>(),
                     values.data(), name);
    if (extents.size() == 1) return Matrix::diagonal(values);
    Matrix matrix(static_cast<int>(rows), static_cast<int>(cols));
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < cols; ++j) matrix(static_cast<int>(i), static_cast<int>(j)) = values[i * cols + j];
    return matrix;
  }

 private:
  data::h5::Input file_;
};

/// [0, s I; -K, -D]
Matrix second_order(const StoredFile& file, const Id& group) {
  const Matrix stiffness = file.matrix(group, "stiffness");
  const int n = stiffness.rows();
  Matrix damping;
  if (data::h5::has_attribute(group, "rayleigh")) {
    const auto factors = file.numbers(group, "rayleigh", 2);
    damping = Matrix::identity(n, factors[0]) + factors[1] * stiffness;
  } else {
    damping = file.matrix(group, "damping");
  }
  const double scale =
      data::h5::has_attribute(group, "velocity_scale") ? file.numbers(group, "velocity_scale", 1).front() : 1.0;
  Matrix a(2 * n, 2 * n);
  a.set_block(0, n, Matrix::identity(n, scale));
  a.set_block(n, 0, -1.0 * stiffness);
  a.set_block(n, n, -1.0 * damping);
  return a;
}

Matrix oscillations(const Matrix& pairs) {
  const int last = 2 * pairs.rows() - 1;
  Matrix a(last + 1, last + 1);
  for (int i = 0; i < pairs.rows(); ++i) {
    a(i, i) = a(last - i, last - i) = pairs(i, 0);
    a(last - i, i) = pairs(i, 1);
    a(i, last - i) = -pairs(i, 1);
  }
  return a;
}

LinearSystem read_system(const std::string& id) {
  const StoredFile file;
  const Id group = file.open(id);
  LinearSystem system;
  system.id = id;
  system.title = file.text(group, "title");
  system.source = file.text(group, "source") + "; COMPleib " + file.text(group, "compleib");
  system.is_discrete = data::h5::has_attribute(group, "discrete_time");
  system.has_scalar_weight = data::h5::has_attribute(group, "scalar_input_weight");
  system.a = file.has(group, "A")       ? file.matrix(group, "A")
             : file.has(group, "pairs") ? oscillations(file.matrix(group, "pairs"))
                                        : second_order(file, group);
  system.b1 = file.matrix(group, "B1");
  system.b2 = file.matrix(group, "B2");
  system.c1 = file.matrix(group, "C1");
  system.c = file.matrix(group, "C");
  const auto matrix_or_zero = [&](const char* name, int rows, int cols) {
    return file.has(group, name) ? file.matrix(group, name) : Matrix(rows, cols);
  };
  system.d11 = matrix_or_zero("D11", system.c1.rows(), system.b1.cols());
  system.d12 = matrix_or_zero("D12", system.c1.rows(), system.b2.cols());
  system.d21 = matrix_or_zero("D21", system.c.rows(), system.b1.cols());
  return system;
}

}  // namespace

const std::vector<std::string>& stored_ids() {
  static const std::vector<std::string> ids = StoredFile().ids();
  return ids;
}

const LinearSystem& stored_system(const std::string& id) {
  static std::map<std::string, LinearSystem> known;
  const auto found = known.find(id);
  return found != known.end() ? found->second : known.emplace(id, read_system(id)).first->second;
}

}  // namespace tessera::sim::linear
