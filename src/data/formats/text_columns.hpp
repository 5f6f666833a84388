// Tables of a user's: text with the names of its columns in the first line and numbers below.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/comm.hpp"
#include "data/formats/text_file.hpp"

namespace tessera::data {

/// Numbers are between commas or blanks, as the names are; what follows a # is left out, but for one in front of the
/// names.
class TextColumns {
 public:
  /// Collective. Throws Error (input), with the line, for names that cannot be.
  TextColumns(const Comm& comm, const std::string& path);

  const std::string& path() const { return file_.path(); }
  const std::vector<std::string>& names() const { return names_; }
  /// Throws Error (input) with advice if there is no such column.
  std::size_t place_of(const std::string& name) const;
  /// Places of these columns; if there are none, of all but `others`.
  std::vector<std::size_t> places_of(const std::vector<std::string>& names,
                                     const std::vector<std::string>& others) const;

  /// Collective. Calls visit(numbers) for each row of this rank's part of the file (parts follow the order of ranks):
  /// those of the columns at these places. Throws Error (input), with the line, for rows of other lengths, what is not
  /// a finite number, and what visit says; and if there are no rows at all.
  void for_each_row(const Comm& comm, const std::vector<std::size_t>& places,
                    const std::function<void(std::span<const double>)>& visit) const;

 private:
  TextFile file_;
  bool has_commas_ = false;
  std::vector<std::string> names_;
};

}  // namespace tessera::data
