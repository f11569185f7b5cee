"""The problems of certificates and pictures."""

from backend.core.errors import Problem


class CampaignNotSealed(Problem):
    """The campaign's result does not stand for good yet."""

    zh = "“{campaign}”的结果尚未封存，封存后才能生成证书（预计不早于 {seals_at}）。"
    en = "The result of '{campaign}' is not sealed yet: certificates come after that, at {seals_at} or later."


class NothingSealed(Problem):
    """The sealed result has no line for the member: nothing that counted, or they have left."""

    zh = "“{campaign}”的封存结果中没有您的记录（没有计入的打卡，或您已退出活动），因此无法生成证书。"
    en = "The sealed result of '{campaign}' holds nothing of yours (no act that counts, or you have left)."


class GroupTooSmall(Problem):
    """Too few people take part for the group to be told apart from its members."""

    zh = "“{group}”人数或参与人数不足 {threshold} 人，或单列后会暴露其他部门（单位）的成绩，因此不单独颁发证书。"
    en = (
        "'{group}' is not listed alone: fewer than {threshold} people (taking part), or it would tell of another group."
    )


class NameNotPrintable(Problem):
    """The name that was chosen has a character that the certificate's font does not have."""

    zh = "姓名中的“{character}”（{code}）字库中没有，印不出来。请改选其他显示方式（如昵称或隐去姓名），再生成证书。"
    en = "The font lacks '{character}' ({code}) of this name. Choose another form: display name, or masked."


class CertificateStands(Problem):
    """There is a certificate already, which says something else."""

    zh = "您已有一张以“{name}”为名的证书（编号 {number}）。如需更换，请先撤回原证书，原二维码随即失效。"
    en = "There is a certificate for '{name}' already ({number}). Withdraw it first; its code then proves nothing."
