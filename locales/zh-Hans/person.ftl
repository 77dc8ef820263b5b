### People, accounts and posts

password-rule = 至少 { $length } 个字符，且不同于用户名
login-rule = 小写字母、数字、点、横线，最多 64 个字符
login-free-rule = 尚未使用的用户名
post-rule = 预案规定的岗位及其所在部门
