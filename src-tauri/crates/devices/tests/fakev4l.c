/* Makes plain files answer as V4L2 cameras, so that the real capture path runs where no camera driver can.
 *
 * Loaded with LD_PRELOAD. The v4l crate opens, maps and polls a node by ordinary means, which work on a file, and
 * reaches the driver through syscall(SYS_ioctl, ...) only, which is answered here for these nodes:
 *   FAKEV4L_NODE   path of the camera
 *   FAKEV4L_META   path of a node that only carries metadata, as UVC cameras have
 * What the camera can:
 *   FAKEV4L_FORMATS  "YUYV MJPG NV12" (default "MJPG YUYV")    FAKEV4L_SIZES  "640x480 1280x720"
 *   FAKEV4L_FPS      30                                        FAKEV4L_JPEG   file sent as every MJPG picture
 *   FAKEV4L_NAME     card name, sent byte by byte
 * What goes wrong:
 *   FAKEV4L_BUSY=format|buffers   EBUSY on S_FMT or REQBUFS    FAKEV4L_OFFERR  STREAMOFF fails
 *   FAKEV4L_UNPLUG=n  ENODEV from picture n on                 FAKEV4L_STALL=n  hangs at picture n
 *   FAKEV4L_NUM=k     frame interval k/(k*fps) instead of 1/fps
 * Raw pictures: Y = 16 + (x + 4 * number) % 200 in every row, U = 100, V = 150.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define BUFFER (4u << 20)
#define BUFFERS 8

static unsigned width = 640, height = 480, fourcc = V4L2_PIX_FMT_YUYV, number;
static int queue[BUFFERS * 4], queued;
static long long next_ns;

static long fail(int error) {
  errno = error;
  return -1;
}

static const char *option(const char *name, const char *otherwise) {
  const char *value = getenv(name);
  return value ? value : otherwise;
}

static int is_node(int fd, const char *name) {
  char link[64], target[256];
  const char *node = getenv(name);
  if (!node) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, target, sizeof target - 1);
  if (length < 0) return 0;
  target[length] = 0;
  return strcmp(target, node) == 0;
}

/* Copies word n of a list; 0 if there is none. */
static int word(const char *list, unsigned n, char *out, size_t room) {
  for (;;) {
    list += strspn(list, " ");
    size_t length = strcspn(list, " ");
    if (!length) return 0;
    if (!n--) {
      if (length >= room) length = room - 1;
      memcpy(out, list, length);
      out[length] = 0;
      return 1;
    }
    list += length;
  }
}

static int format_at(unsigned n, unsigned *out) {
  char name[8] = "";
  if (!word(option("FAKEV4L_FORMATS", "MJPG YUYV"), n, name, sizeof name)) return 0;
  *out = v4l2_fourcc(name[0], name[1], name[2], name[3]);
  return 1;
}

static int size_at(unsigned n, unsigned *w, unsigned *h) {
  char text[32];
  return word(option("FAKEV4L_SIZES", "640x480 1280x720"), n, text, sizeof text) &&
         sscanf(text, "%ux%u", w, h) == 2;
}

static unsigned draw(int fd, int index) {
  static unsigned char picture[BUFFER];
  unsigned bytes = 0;
  if (fourcc == V4L2_PIX_FMT_MJPEG) {
    FILE *file = fopen(option("FAKEV4L_JPEG", ""), "rb");
    if (file) {
      bytes = fread(picture, 1, BUFFER, file);
      fclose(file);
    }
  } else {
    int planar = fourcc == V4L2_PIX_FMT_NV12;
    for (unsigned y = 0; y < height; y++)
      for (unsigned x = 0; x < width; x++) {
        unsigned char luma = 16 + (x + 4 * number) % 200, chroma = x % 2 ? 150 : 100;
        if (planar) {
          picture[y * width + x] = luma;
          picture[width * height + y / 2 * width + x] = chroma;
        } else {
          picture[(y * width + x) * 2] = luma;
          picture[(y * width + x) * 2 + 1] = chroma;
        }
      }
    bytes = planar ? width * height * 3 / 2 : width * height * 2;
  }
  if (pwrite(fd, picture, bytes, (off_t)index * BUFFER) < 0) return 0;
  return bytes;
}

static void wait_for_picture(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  long long ns = now.tv_sec * 1000000000LL + now.tv_nsec;
  if (!next_ns) next_ns = ns;
  next_ns += 1000000000LL / atoi(option("FAKEV4L_FPS", "30"));
  if (next_ns > ns) {
    struct timespec rest = {(next_ns - ns) / 1000000000LL, (next_ns - ns) % 1000000000LL};
    nanosleep(&rest, 0);
  } else {
    next_ns = ns;
  }
}

static int reached(const char *name) {
  const char *value = getenv(name);
  return value && number >= (unsigned)atoi(value);
}

static long capabilities(struct v4l2_capability *out, unsigned caps) {
  memset(out, 0, sizeof *out);
  strcpy((char *)out->driver, "fakev4l");
  strncpy((char *)out->card, option("FAKEV4L_NAME", "Foyer Test Camera"), sizeof out->card - 1);
  strcpy((char *)out->bus_info, "platform:fake");
  out->version = 0x60000;
  out->device_caps = caps | V4L2_CAP_STREAMING;
  out->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_DEVICE_CAPS;
  return 0;
}

static long dequeue(int fd, struct v4l2_buffer *out) {
  if (reached("FAKEV4L_UNPLUG")) return fail(ENODEV);
  while (reached("FAKEV4L_STALL")) pause();
  if (!queued) return fail(EAGAIN);
  wait_for_picture();
  int index = queue[0];
  memmove(queue, queue + 1, --queued * sizeof *queue);
  out->index = index;
  out->bytesused = draw(fd, index);
  out->sequence = number++;
  out->length = BUFFER;
  out->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  out->timestamp.tv_sec = now.tv_sec;
  out->timestamp.tv_usec = now.tv_nsec / 1000;
  return 0;
}

static long answer(int fd, unsigned long request, void *argument) {
  unsigned fps = atoi(option("FAKEV4L_FPS", "30"));
  switch (request) {
  case VIDIOC_QUERYCAP:
    return capabilities(argument, V4L2_CAP_VIDEO_CAPTURE);
  case VIDIOC_ENUM_FMT: {
    struct v4l2_fmtdesc *out = argument;
    return format_at(out->index, &out->pixelformat) ? 0 : fail(EINVAL);
  }
  case VIDIOC_ENUM_FRAMESIZES: {
    struct v4l2_frmsizeenum *out = argument;
    out->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    return size_at(out->index, &out->discrete.width, &out->discrete.height) ? 0 : fail(EINVAL);
  }
  case VIDIOC_ENUM_FRAMEINTERVALS: {
    struct v4l2_frmivalenum *out = argument;
    if (out->index) return fail(EINVAL);
    out->type = V4L2_FRMIVAL_TYPE_DISCRETE;
    out->discrete.numerator = 1;
    out->discrete.denominator = fps;
    return 0;
  }
  case VIDIOC_S_FMT:
    if (!strcmp(option("FAKEV4L_BUSY", ""), "format")) return fail(EBUSY);
    /* fall through */
  case VIDIOC_TRY_FMT:
  case VIDIOC_G_FMT: {
    struct v4l2_format *out = argument;
    if (request == VIDIOC_S_FMT) {
      width = out->fmt.pix.width;
      height = out->fmt.pix.height;
      fourcc = out->fmt.pix.pixelformat;
    }
    out->fmt.pix.width = width;
    out->fmt.pix.height = height;
    out->fmt.pix.pixelformat = fourcc;
    out->fmt.pix.field = V4L2_FIELD_NONE;
    out->fmt.pix.sizeimage = BUFFER;
    return 0;
  }
  case VIDIOC_G_PARM:
  case VIDIOC_S_PARM: {
    struct v4l2_streamparm *out = argument;
    unsigned numerator = atoi(option("FAKEV4L_NUM", "1"));
    out->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
    out->parm.capture.timeperframe.numerator = numerator;
    out->parm.capture.timeperframe.denominator = fps * numerator;
    return 0;
  }
  case VIDIOC_REQBUFS: {
    struct v4l2_requestbuffers *out = argument;
    if (!strcmp(option("FAKEV4L_BUSY", ""), "buffers")) return fail(EBUSY);
    if (out->count > BUFFERS) out->count = BUFFERS;
    if (out->count && ftruncate(fd, (off_t)BUFFER * out->count) < 0) return -1;
    queued = 0;
    return 0;
  }
  case VIDIOC_QUERYBUF: {
    struct v4l2_buffer *out = argument;
    out->length = BUFFER;
    out->m.offset = out->index * BUFFER;
    return 0;
  }
  case VIDIOC_QBUF:
    if (queued == BUFFERS * 4) return fail(EINVAL);
    queue[queued++] = ((struct v4l2_buffer *)argument)->index;
    return 0;
  case VIDIOC_DQBUF:
    return dequeue(fd, argument);
  case VIDIOC_STREAMON:
    next_ns = 0;
    return 0;
  case VIDIOC_STREAMOFF:
    queued = 0;
    return getenv("FAKEV4L_OFFERR") ? fail(EIO) : 0;
  default:
    return fail(ENOTTY);
  }
}

long syscall(long call, ...) {
  static long (*real)(long, ...);
  va_list list;
  va_start(list, call);
  long a = va_arg(list, long), b = va_arg(list, long), c = va_arg(list, long);
  long d = va_arg(list, long), e = va_arg(list, long), f = va_arg(list, long);
  va_end(list);
  if (call == SYS_ioctl && ((b >> 8) & 0xff) == 'V') {
    if (is_node((int)a, "FAKEV4L_NODE")) return answer((int)a, b & 0xffffffffUL, (void *)c);
    if (is_node((int)a, "FAKEV4L_META") && (b & 0xffffffffUL) == VIDIOC_QUERYCAP)
      return capabilities((void *)c, V4L2_CAP_META_CAPTURE);
  }
  if (!real) real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
  return real(call, a, b, c, d, e, f);
}
