"""Pictures of samples in table.h5 (columns time and position): what jobs/plot.py draws of clouds of particles."""
import os

import h5py
import numpy
from matplotlib import pyplot

from plot_states import HEIGHT, WIDTH, some_of, time_label

MAX_TIMES = 6  # panels
MAX_POINTS = 4000  # of a cloud
MAX_IMAGES = 6  # of a time, where samples are images
LEAST_IMAGE = 16  # numbers of a sample, if their count is a square, from which on it is drawn as an image


def coordinate_name(number, dimensions):
    return "xyz"[number] if dimensions <= 3 else f"x{number + 1}"


def is_samples(file):
    return {"time", "position"} <= set(file["columns"]) and "episode" not in file["columns"]


def clouds_in(file):
    """(time, first row, end) of each time, in their order."""
    times = file["columns/time"][:int(file["committed"][0]), 0]
    begins = numpy.concatenate(([0], numpy.flatnonzero(numpy.diff(times)) + 1, [len(times)]))
    return [(times[begin], begin, end) for begin, end in zip(begins, begins[1:]) if end > begin]


def positions_of(file, cloud, most):
    """Rows at equal distances, so that all ranks' shares are seen."""
    _, begin, end = cloud
    return file["columns/position"][begin:end:-(-(end - begin) // most)]


def limits_of(clouds):
    """Of the first two coordinates over all clouds: all but the farthest thousandth."""
    every = numpy.concatenate([cloud[:, :2] for cloud in clouds])
    low, high = numpy.nanquantile(every, [0.001, 0.999], axis=0)
    margin = 0.08 * numpy.maximum(high - low, 1e-300)
    return low - margin, high + margin


def draw_clouds(places, clouds, titles, dimensions):
    low, high = limits_of(clouds)
    for place, cloud, title in zip(places, clouds, titles):
        place.scatter(cloud[:, 0], cloud[:, 1], s=3.0, alpha=0.5, linewidth=0, rasterized=True)
        place.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), title=title,
                  xlabel=coordinate_name(0, dimensions), ylabel=coordinate_name(1, dimensions))
        place.set_aspect("equal", adjustable="box")


def draw_histograms(places, clouds, titles):
    low, high = limits_of(clouds)
    for place, cloud, title in zip(places, clouds, titles):
        place.hist(cloud[:, 0], bins=60, range=(low[0], high[0]), density=True)
        place.set(title=title, xlabel="x", ylabel="density")


def draw_images(places, clouds, titles, side):
    for column, cloud, title in zip(places.T, clouds, titles):
        column[0].set_title(title)
        for place, image in zip(column, cloud):
            place.imshow(image.reshape(side, side), cmap="viridis")
            place.set_axis_off()


def draw_samples(folder, heading, save):
    with h5py.File(os.path.join(folder, "table.h5"), "r") as file:
        every = clouds_in(file)
        if not every:
            return
        chosen = [every[n] for n in some_of(len(every), MAX_TIMES)]
        dimensions = file["columns/position"].shape[1]
        side = round(dimensions ** 0.5)
        is_image = dimensions >= LEAST_IMAGE and side * side == dimensions
        clouds = [positions_of(file, cloud, MAX_IMAGES if is_image else MAX_POINTS) for cloud in chosen]
    label = time_label(folder).partition(" [")
    unit = label[2].rstrip("]")
    titles = [f"{label[0]} {time:.4g} {unit}".rstrip() for time, _, _ in chosen]
    high, wide = (min(len(cloud) for cloud in clouds), len(chosen)) if is_image else (-(-len(chosen) // 3),
                                                                                      min(3, len(chosen)))
    size = (1.6 * wide, 1.5 * high + 0.5) if is_image else (WIDTH * wide, 1.15 * HEIGHT * high + 0.4)
    figure, axes = pyplot.subplots(high, wide, squeeze=False, layout="constrained", figsize=size)
    if is_image:
        draw_images(axes, clouds, titles, side)
    elif dimensions == 1:
        draw_histograms(axes.flat, clouds, titles)
    else:
        draw_clouds(axes.flat, clouds, titles, dimensions)
    for spare in axes.flat[len(chosen):] if not is_image else []:
        spare.remove()
    figure.suptitle(heading, fontsize=11)
    save(figure, "samples")
