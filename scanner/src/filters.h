#pragma once

#include "scanner/decode.h"
#include "scanner/image.h"

namespace nianlun::scanner {

// Copies of an image in which a symbol may be easier to find. All of them are pure, keep the
// luminance between 0 and 255 and cost a few nanoseconds per pixel. An empty image stays empty.

/// Unsharp mask: what deviates from a blurred copy is amplified. For soft and noisy photos.
Image sharpen(const Image& image, int radius_pixels, double amount);

/// Black where darker than the mean of its surroundings, else white. For shadows and glare.
Image threshold_locally(const Image& image, int radius_pixels, int margin);

/// Contrast stretched in each of 8 x 8 regions. For dim photos; the cells blend into one another.
Image equalize_locally(const Image& image);

/// Dark and light exchanged. For symbols that are printed light on dark.
Image invert(const Image& image);

/// Twice the width and height, interpolated. For symbols of fewer than 3 pixels per module.
Image enlarge(const Image& image);

/// Half the width and height, averaged. For coarse prints seen from near.
Image shrink(const Image& image);

/// A turned image and how to find its points in the original.
struct Turned {
  Image image;
  double cosine = 1;
  double sine = 0;
  Point centre_before;
  Point centre_after;

  Point original(Point turned) const;
};
/// Turned about the centre; what was outside becomes mid grey.
Turned turn(const Image& image, double degrees);

/// A part of an image; the rectangle must lie inside.
Image crop(const Image& image, Point top_left, int width, int height);

}  // namespace nianlun::scanner
