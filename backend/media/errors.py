"""Why a photo is not taken."""

from backend.core.errors import Problem


class PhotoUnreadable(Problem):
    """The file is no picture, is cut short, or is broken."""

    zh = "无法读取这张照片，文件可能不完整或已损坏，请重新拍摄或换一张。"
    en = "This photo cannot be read: the file is broken or cut short. Take it again, or choose another."


class PhotoFormatUnknown(Problem):
    """The file is a picture of a kind that we do not take."""

    zh = "不支持这种图片格式，请使用 {accepted} 格式的照片。"
    en = "Pictures of this kind are not taken: send {accepted}."


class PhotoAnimated(Problem):
    """The file holds more than one picture."""

    zh = "不支持动态图片，请使用静态照片。"
    en = "Moving pictures are not taken: send a still photo."


class PhotoTooLarge(Problem):
    """The file has more bytes than are taken."""

    zh = "照片文件过大，上限为 {megabytes} MB，请压缩后再传。"
    en = "The file is too large: up to {megabytes} MB are taken."


class PhotoTooManyPixels(Problem):
    """The picture has more pixels than are taken."""

    zh = "照片像素过高（{width}×{height}），上限为 {megapixels} 百万像素。"
    en = "The photo has too many pixels ({width} x {height}): up to {megapixels} megapixels are taken."


class PhotoTooSmall(Problem):
    """The picture is too small to show anything."""

    zh = "照片过小（{width}×{height}），看不清内容，每边至少 {least} 像素。"
    en = "The photo is too small to show anything ({width} x {height}): each side has at least {least} pixels."


class TicketUnknown(Problem):
    """The upload's address was never given, is another's, or has expired: one answer for all."""

    zh = "上传地址无效或已过期，请重新获取后再传。"
    en = "This upload address is unknown or has expired: ask for a new one."


class TicketUsed(Problem):
    """Another picture was sent to this address before."""

    zh = "该上传地址已收到另一张照片，请重新获取上传地址。"
    en = "This address has taken another photo already: ask for a new one."


class UploadIncomplete(Problem):
    """The request is not a form with one file, came too slowly, or broke off."""

    zh = "上传未完成：请求中应有且只有一个照片文件，并在 {seconds} 秒内传完。"
    en = "The upload is not complete: send one file as a form, within {seconds} seconds."


class TooManyUploads(Problem):
    """The member has too many uploads that no act has used."""

    zh = "未使用的照片过多（上限 {limit} 张），请先提交打卡，或稍后再试。"
    en = "Too many photos wait for an act (up to {limit}): check in first, or try again later."


class GlyphMissing(Problem):
    """A text for print holds a character that the fonts do not have."""

    zh = "“{where}”中的“{character}”（{code}）无法印刷，请换用其他文字。"
    en = "'{where}' holds '{character}' ({code}), which cannot be printed: use other words."


class TextTooLong(Problem):
    """A text does not fit into its place on a printed page, however small."""

    zh = "“{text}”过长，印刷版面放不下，请缩短后再试。"
    en = "'{text}' is too long for its place on the page: shorten it."
