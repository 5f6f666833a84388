#include "learn/fsgld/surrogates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/agree.hpp"
#include "base/error.hpp"
#include "base/sum.hpp"
#include "math/linear.hpp"

namespace tessera::learn::fsgld {

namespace {

math::Matrix matrix_of(const std::vector<double>& rows, int d) {
  math::Matrix matrix(d, d);
  for (int a = 0; a < d; ++a)
    for (int b = 0; b < d; ++b) matrix(a, b) = rows[static_cast<std::size_t>(a * d + b)];
  return matrix;
}

void sum_over_ranks(const Comm& comm, const std::vector<const std::vector<double>*>& parts,
                    std::vector<double>& total) {
  std::vector<ExactSum> sums(total.size());
  for (const auto* part : parts)
    for (std::size_t n = 0; n < sums.size(); ++n) sums[n].add((*part)[n]);
  all_reduce(comm, sums.data(), static_cast<int>(sums.size()));
  for (std::size_t n = 0; n < sums.size(); ++n) total[n] = sums[n].value();
}

/// With the same mean.
Quadratic diagonal_of(const Quadratic& full, std::int64_t client) {
  const int d = static_cast<int>(full.shift.size());
  math::Matrix shift(d, 1);
  std::copy(full.shift.begin(), full.shift.end(), shift.data());
  math::Matrix mean;
  try {
    mean = math::solve(matrix_of(full.precision, d), shift, "its information matrix");
  } catch (const Error& error) {
    throw Error::input(fmt::format(
        "the rows of client {} do not determine the parameters: {}\nexpected surrogates.structure = \"full\", which "
        "needs no mean, more rows, or surrogates of another kind",
        client, error.what()));
  }
  Quadratic diagonal;
  for (int k = 0; k < d; ++k) {
    diagonal.precision.push_back(full.precision[static_cast<std::size_t>(k * d + k)]);
    diagonal.shift.push_back(diagonal.precision.back() * mean(k, 0));
  }
  return diagonal;
}

}  // namespace

void sum_surrogates(const Clients& clients, std::int64_t dimensions, Surrogates& surrogates) {
  const auto d = static_cast<std::size_t>(dimensions);
  std::vector<const std::vector<double>*> precisions, shifts;
  for (const auto& quadratic : surrogates.here) {
    precisions.push_back(&quadratic.precision);
    shifts.push_back(&quadratic.shift);
  }
  surrogates.total.precision.assign(surrogates.structure == Structure::full ? d * d : d, 0.0);
  surrogates.total.shift.assign(d, 0.0);
  sum_over_ranks(clients.comm(), precisions, surrogates.total.precision);
  sum_over_ranks(clients.comm(), shifts, surrogates.total.shift);
}

Surrogates exact_surrogates(const Clients& clients, const Model& model, Structure structure) {
  Surrogates surrogates{.structure = structure, .here = {}, .total = {}};
  agree(clients.comm(), [&] {
    const int rank = clients.comm().rank();
    for (std::int64_t s = clients.first_client(rank); s < clients.first_client(rank + 1); ++s) {
      Quadratic full;
      if (!model.find_gaussian(clients.rows(), clients.first_row(s), clients.num_rows(s), full.precision, full.shift))
        throw Error::input(
            "the likelihood of this model is not Gaussian in its parameters; expected surrogates of kind "
            "\"sgld\", \"laplace\" or \"affine\"");
      surrogates.here.push_back(structure == Structure::full ? full : diagonal_of(full, s));
    }
  });
  sum_surrogates(clients, model.dimensions(), surrogates);
  return surrogates;
}

bool is_gaussian(const Model& model) {
  std::vector<double> precision, shift;
  return model.find_gaussian({}, 0, 0, precision, shift);
}

void inflate(Surrogates& surrogates, double inflation) {
  const auto shrink = [&](Quadratic& q) {
    for (double& p : q.precision) p /= inflation;
    for (double& r : q.shift) r /= inflation;
  };
  for (auto& q : surrogates.here) shrink(q);
  shrink(surrogates.total);
}

Correction conducive_correction(const Clients& clients, const Schedule& schedule, const Surrogates& surrogates) {
  const std::size_t count = surrogates.here.size(), d = surrogates.total.shift.size();
  Correction correction;
  correction.shift = data::RowArray<double>("conducive shift", count, d);
  const std::size_t size = surrogates.total.precision.size();
  const data::RowArray<double> curvature("conducive curvature", count, size);
  for (std::size_t n = 0; n < count; ++n) {
    const std::int64_t client = clients.first_client(clients.comm().rank()) + static_cast<std::int64_t>(n);
    const double f = schedule.visited(client);
    const auto difference = [&](const std::vector<double>& total, const std::vector<double>& part) {
      std::vector<double> result;
      for (std::size_t k = 0; k < total.size(); ++k) result.push_back(total[k] - part[k] / f);
      return result;
    };
    const auto place = static_cast<std::int64_t>(n);
    data::set_rows(correction.shift, place, difference(surrogates.total.shift, surrogates.here[n].shift));
    data::set_rows(curvature, place, difference(surrogates.total.precision, surrogates.here[n].precision));
  }
  (surrogates.structure == Structure::full ? correction.full : correction.diagonal) = curvature;
  return correction;
}

ImproperClients find_improper(const Clients& clients, const Schedule& schedule, const Surrogates& surrogates,
                              const std::vector<double>& prior_precision, double alpha, const Surrogates* likelihoods) {
  struct Found {
    std::int64_t count = 0, client = 0;
    double eigenvalue = 0.0;
  };
  const auto here = agree(clients.comm(), [&] {
    Found found;
    const int d = static_cast<int>(prior_precision.size());
    for (std::size_t n = 0; n < surrogates.here.size(); ++n) {
      const std::int64_t client = clients.first_client(clients.comm().rank()) + static_cast<std::int64_t>(n);
      const double f = schedule.visited(client);
      const auto& total = surrogates.total.precision;
      const auto& own = surrogates.here[n].precision;
      const auto of_likelihood = [&](std::size_t place) {
        return likelihoods != nullptr ? likelihoods->here[n].precision[place] / f : 0.0;
      };
      double least = 0.0;
      if (surrogates.structure == Structure::full) {
        math::Matrix sum(d, d);
        for (int a = 0; a < d; ++a)
          for (int b = 0; b < d; ++b) {
            const auto place = static_cast<std::size_t>(a * d + b);
            sum(a, b) = alpha * (total[place] - own[place] / f) + of_likelihood(place);
            if (a == b) sum(a, b) += prior_precision[static_cast<std::size_t>(a)];
          }
        least = math::symmetric_eigenvalues(sum).front();
      } else {
        for (std::size_t k = 0; k < prior_precision.size(); ++k) {
          const double value = prior_precision[k] + alpha * (total[k] - own[k] / f) + of_likelihood(k);
          least = k == 0 ? value : std::min(least, value);
        }
      }
      if (least > 0.0) continue;
      if (found.count == 0 || least < found.eigenvalue) found = {found.count, client, least};
      ++found.count;
    }
    return found;
  });
  ImproperClients result;
  for (const auto& found : clients.comm().all_gather(here)) {
    if (found.count > 0 && (result.count == 0 || found.eigenvalue < result.worst.eigenvalue))
      result.worst = {found.client, found.eigenvalue};
    result.count += found.count;
  }
  return result;
}

Posterior gaussian_posterior(const Surrogates& exact, const std::vector<double>& prior_precision,
                             const std::vector<double>& prior_mean) {
  const int d = static_cast<int>(prior_precision.size());
  if (exact.structure != Structure::full) throw Error::internal("the posterior of diagonal surrogates");
  math::Matrix precision = matrix_of(exact.total.precision, d), shift(d, d + 1);
  for (int k = 0; k < d; ++k) {
    const auto place = static_cast<std::size_t>(k);
    precision(k, k) += prior_precision[place];
    shift(k, 0) = exact.total.shift[place] + prior_precision[place] * prior_mean[place];
    shift(k, k + 1) = 1.0;
  }
  const math::Matrix solved = math::solve(precision, shift, "the precision of the posterior");
  Posterior posterior;
  for (int a = 0; a < d; ++a) {
    posterior.mean.push_back(solved(a, 0));
    for (int b = 0; b < d; ++b) posterior.covariance.push_back(solved(a, b + 1));
  }
  return posterior;
}

}  // namespace tessera::learn::fsgld
